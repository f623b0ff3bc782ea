//! Honest probabilities: heads are tried on examples that they did not learn from, and thresholds follow from what went wrong there.

use super::Calibration;
use super::train::{Example, train};

const FOLDS: usize = 4;

/// Of what is acted upon, about this share may be wrong among the examples kept apart.
const WRONG: f64 = 0.12;

/// Thresholds lie between these.
const LEAST: f64 = 0.35;
const HIGHEST: f64 = 0.9;

/// What one example got when it was kept apart.
struct Trial {
    head: Option<usize>,
    scores: Vec<f32>,
}

/// Cross-validates and fits the curve and the thresholds.
pub(crate) fn calibrate(examples: &[Example], heads: usize, rarity: &[f32]) -> Calibration {
    let mut trials = Vec::with_capacity(examples.len());
    for fold in 0..FOLDS {
        let kept = |number: usize| number % FOLDS == fold;
        let learnt: Vec<&Example> =
            examples.iter().enumerate().filter(|(n, _)| !kept(*n)).map(|(_, example)| example).collect();
        let weights = train(&learnt, heads, rarity);
        for (_, example) in examples.iter().enumerate().filter(|(number, _)| kept(*number)) {
            trials.push(Trial { head: example.head, scores: weights.scores(&example.features) });
        }
    }
    let (slope, offset) = curve(&trials);
    let mut calibration = Calibration { slope, offset, thresholds: Vec::new() };
    calibration.thresholds = thresholds(&trials, heads, &calibration);
    calibration
}

/// Fits a logistic curve over all heads' scores (Platt), by Newton's method.
fn curve(trials: &[Trial]) -> (f64, f64) {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..25 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-3, 0.0, 1e-3);
        for trial in trials {
            for (head, &score) in trial.scores.iter().enumerate() {
                let x = f64::from(score);
                let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
                let miss = f64::from(u8::from(trial.head == Some(head))) - p;
                let w = p * (1.0 - p);
                g0 += miss;
                g1 += miss * x;
                h00 += w;
                h01 += w * x;
                h11 += w * x * x;
            }
        }
        let det = h00 * h11 - h01 * h01;
        if det.abs() < 1e-9 {
            break;
        }
        offset += ((h11 * g0 - h01 * g1) / det).clamp(-2.0, 2.0);
        slope += ((h00 * g1 - h01 * g0) / det).clamp(-2.0, 2.0);
    }
    (slope.clamp(0.1, 10.0), offset.clamp(-10.0, 10.0))
}

/// For each head the least p at which it was right often enough, drawn towards that of all heads together.
fn thresholds(trials: &[Trial], heads: usize, calibration: &Calibration) -> Vec<f64> {
    let mut won: Vec<(usize, f64, bool)> = trials
        .iter()
        .filter_map(|trial| {
            let best = trial.scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
            Some((best.0, calibration.p(*best.1), trial.head == Some(best.0)))
        })
        .collect();
    won.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all = least(&won.iter().map(|&(_, p, right)| (p, right)).collect::<Vec<_>>(), 0.5);
    let own =
        |head: usize| won.iter().filter(move |w| w.0 == head).map(|&(_, p, right)| (p, right)).collect::<Vec<_>>();
    (0..heads).map(|head| f64::midpoint(all, least(&own(head), 0.2)).clamp(LEAST, HIGHEST)).collect()
}

/// The least p, best first, down to which at most `WRONG` were wrong; `doubt` errors are supposed unseen.
fn least(won: &[(f64, bool)], doubt: f64) -> f64 {
    let (mut wrong, mut threshold) = (doubt, HIGHEST);
    for (number, (p, right)) in (1..).map(f64::from).zip(won) {
        wrong += if *right { 0.0 } else { 1.0 };
        if wrong / number <= WRONG {
            threshold = *p;
        }
    }
    threshold
}
