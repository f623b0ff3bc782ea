//! Learning: logistic regression, one head an intent against all others, by stochastic gradient descent in a fixed order.

use super::{BUCKETS, Feature};

const ROUNDS: usize = 16;
const RATE: f32 = 1.2;

/// An intent has few examples and the others many: what is missed weighs more than what is wrongly named.
const OWN_WEIGHT: f32 = 3.0;

/// One text that is learnt from; `head` is absent for a text about no intent.
pub(crate) struct Example {
    pub(crate) head: Option<usize>,
    pub(crate) features: Vec<Feature>,
}

/// Heads as one row a bucket, so that a feature touches one line of memory. The last column is the feature's rarity.
pub(crate) struct Weights {
    pub(crate) heads: usize,
    pub(crate) rows: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Weights {
    pub(crate) const fn width(heads: usize) -> usize {
        heads + 1
    }

    fn row(&self, bucket: u32) -> &[f32] {
        let width = Self::width(self.heads);
        let start = bucket as usize * width;
        &self.rows[start..start + width]
    }

    /// The score of each head.
    pub(crate) fn scores(&self, features: &[Feature]) -> Vec<f32> {
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
pub(crate) fn rarity(examples: &[Example]) -> Vec<f32> {
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

/// Errors smaller than this are not learnt from.
const SETTLED: f32 = 0.02;

/// Learns `heads` heads from the examples.
pub(crate) fn train(examples: &[&Example], heads: usize, rarity: &[f32]) -> Weights {
    let width = Weights::width(heads);
    let mut weights = Weights { heads, rows: vec![0.0; BUCKETS * width], bias: vec![-2.0; heads] };
    for (row, rare) in weights.rows.chunks_exact_mut(width).zip(rarity) {
        row[heads] = *rare;
    }
    let inputs: Vec<Input> = examples.iter().map(|example| Input::new(example, width, rarity)).collect();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut scores = vec![0f32; heads];
    for round in 0..ROUNDS {
        shuffle(&mut order, &mut seed);
        #[expect(clippy::cast_precision_loss, reason = "a few rounds")]
        let rate = RATE / (1.0 + 0.1 * round as f32);
        for &number in &order {
            learn(&mut weights, &inputs[number], rate, &mut scores);
        }
    }
    weights
}

/// An example as the heads see it: where each feature's row begins, and its share of a vector of length one.
struct Input {
    head: Option<usize>,
    features: Vec<(usize, f32)>,
}

impl Input {
    fn new(example: &Example, width: usize, rarity: &[f32]) -> Self {
        let weigh = |&(bucket, weight): &Feature| (bucket as usize * width, weight * rarity[bucket as usize]);
        let mut features: Vec<(usize, f32)> = example.features.iter().map(weigh).collect();
        let square: f32 = features.iter().map(|feature| feature.1 * feature.1).sum();
        let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        for feature in &mut features {
            feature.1 *= scale;
        }
        Self { head: example.head, features }
    }
}

fn learn(weights: &mut Weights, input: &Input, rate: f32, scores: &mut [f32]) {
    scores.copy_from_slice(&weights.bias);
    for &(start, x) in &input.features {
        for (score, w) in scores.iter_mut().zip(&weights.rows[start..]) {
            *score += x * w;
        }
    }
    for (head, score) in scores.iter().enumerate() {
        let own = input.head == Some(head);
        let error = f32::from(u8::from(own)) - 1.0 / (1.0 + (-score).exp());
        if error.abs() < SETTLED {
            continue;
        }
        let step = rate * error * if own { OWN_WEIGHT } else { 1.0 };
        weights.bias[head] += step * 0.05;
        for &(start, x) in &input.features {
            weights.rows[start + head] += step * x;
        }
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
