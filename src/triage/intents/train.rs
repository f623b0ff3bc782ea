//! Learning: logistic regression, one head an intent against all others, by stochastic gradient descent in a fixed order.

use super::{BUCKETS, Feature};

const ROUNDS: usize = 30;
const RATE: f32 = 1.2;

/// An intent has few examples and the others many: what is missed weighs more than what is wrongly named.
const OWN_WEIGHT: f32 = 3.0;

/// One text that is learnt from; `head` is absent for a text about no intent.
pub(super) struct Example {
    pub(super) head: Option<usize>,
    pub(super) features: Vec<Feature>,
}

/// Heads as one row a bucket, so that a feature touches one line of memory. The last column is the feature's rarity.
pub(super) struct Weights {
    pub(super) heads: usize,
    pub(super) rows: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl Weights {
    pub(super) const fn width(heads: usize) -> usize {
        heads + 1
    }

    fn row(&self, bucket: u32) -> &[f32] {
        let width = Self::width(self.heads);
        let start = bucket as usize * width;
        &self.rows[start..start + width]
    }

    /// The score of each head.
    pub(super) fn scores(&self, features: &[Feature]) -> Vec<f32> {
        let mut scores = vec![0f32; self.heads];
        let mut square = 0f32;
        for &(bucket, weight) in features {
            let row = self.row(bucket);
            let x = weight * row[self.heads];
            square += x * x;
            scores.iter_mut().zip(row).for_each(|(score, w)| *score += x * w);
        }
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        scores.iter_mut().zip(&self.bias).for_each(|(score, bias)| *score = *score * scale + bias);
        scores
    }
}

/// How much each bucket's feature counts: the rarer among the examples, the more.
pub(super) fn rarity(examples: &[Example]) -> Vec<f32> {
    let mut seen = vec![0f32; BUCKETS];
    let mut last = vec![usize::MAX; BUCKETS];
    for (number, example) in examples.iter().enumerate() {
        for &(bucket, _) in &example.features {
            if std::mem::replace(&mut last[bucket as usize], number) != number {
                seen[bucket as usize] += 1.0;
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand examples")]
    let all = examples.len() as f32;
    seen.into_iter().map(|count| ((1.0 + all) / (1.0 + count)).ln().clamp(0.1, UNSEEN)).collect()
}

/// Words never seen say that the text is about something else, but only so much.
const UNSEEN: f32 = 4.5;

/// Learns `heads` heads from the examples.
pub(super) fn train(examples: &[&Example], heads: usize, rarity: &[f32]) -> Weights {
    let width = Weights::width(heads);
    let mut weights = Weights { heads, rows: vec![0.0; BUCKETS * width], bias: vec![-2.0; heads] };
    weights.rows.chunks_exact_mut(width).zip(rarity).for_each(|(row, rare)| row[heads] = *rare);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut step = vec![0f32; heads];
    for round in 0..ROUNDS {
        shuffle(&mut order, &mut seed);
        #[expect(clippy::cast_precision_loss, reason = "a few rounds")]
        let rate = RATE / (1.0 + 0.1 * round as f32);
        for &number in &order {
            learn(&mut weights, examples[number], rate, &mut step);
        }
    }
    weights
}

fn learn(weights: &mut Weights, example: &Example, rate: f32, step: &mut [f32]) {
    let heads = weights.heads;
    let scores = weights.scores(&example.features);
    for (head, (step, score)) in step.iter_mut().zip(scores).enumerate() {
        let own = example.head == Some(head);
        let error = f32::from(u8::from(own)) - 1.0 / (1.0 + (-score).exp());
        *step = rate * error * if own { OWN_WEIGHT } else { 1.0 };
        weights.bias[head] += *step * 0.05;
    }
    let width = Weights::width(heads);
    let x = |weights: &Weights, feature: &Feature| feature.1 * weights.rows[feature.0 as usize * width + heads];
    let square: f32 = example.features.iter().map(|feature| x(weights, feature).powi(2)).sum();
    let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
    for feature in &example.features {
        let start = feature.0 as usize * width;
        let x = x(weights, feature) * scale;
        weights.rows[start..start + heads].iter_mut().zip(&*step).for_each(|(w, step)| *w += x * step);
    }
}

/// Fisher and Yates with a fixed seed.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is an index")]
        order.swap(at, (*seed % (at as u64 + 1)) as usize);
    }
}
