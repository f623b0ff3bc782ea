//! Distils the static table from the sentence encoder: `cargo run --release -p wissel-triage --example distill -- MODEL TEXTS OUT
//! [ROWS] [DIMENSIONS]`. MODEL is the encoder's installed file, TEXTS what `data/texts.py` gathered, a text a line; their
//! vectors are kept beside it, as TEXTS.vectors. The table is the least-squares answer: the mean of the rows of a text's
//! grams is its vector's first principal components. The same texts and model give the same bytes.
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a command that is run by hand, on numbers that are small"
)]

use std::path::Path;

use wissel_triage::Sentences;
use wissel_triage::encoder::Encoder;
use wissel_triage::training::table_grams;

const FULL: usize = 512;
const ROUNDS: usize = 12;
/// How far the components are made equally strong.
const EVENING: f32 = 0.25;
/// How much of itself a gram must bring before its row is believed by half: as much as some fifteen short texts hold of it.
const RIDGE: f32 = 0.006;
/// Each of so many texts is not learnt from: how well the table does is seen on it.
const HELD: usize = 50;

struct Sparse {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, file, out, sizes @ ..] = &arguments[..] else {
        println!("usage: distill MODEL TEXTS OUT [ROWS] [DIMENSIONS]");
        return;
    };
    let size = |at: usize, default: usize| sizes.get(at).and_then(|s| s.parse().ok()).unwrap_or(default);
    let (rows, dimensions) = (size(0, 1 << 16), size(1, 80));
    let texts = std::fs::read_to_string(file).unwrap();
    let texts: Vec<&str> = texts.lines().collect();
    let vectors = vectors(model, &texts, &format!("{file}.vectors"));
    let targets = components(&vectors, dimensions);
    let mut inputs = sparse(&texts, rows);
    let scales = even(&mut inputs, rows);
    println!("{} texts, {} grams", texts.len(), inputs.entries.len());
    let mut table = solve(&inputs, &targets, &scales, dimensions);
    for (row, scale) in table.chunks_exact_mut(dimensions).zip(&scales) {
        for x in row {
            *x *= scale;
        }
    }
    let file = quantised(&table, rows, dimensions);
    std::fs::write(out, &file).unwrap();
    println!("{out}: {} bytes, {}", file.len(), blake3::hash(&file).to_hex());
}

/// The encoder's vectors of the texts, one after the other: as they were kept, or made now and kept.
fn vectors(model: &str, texts: &[&str], kept: &str) -> Vec<f32> {
    if let Some(bytes) = std::fs::read(Path::new(kept)).ok().filter(|bytes| bytes.len() == texts.len() * FULL * 4) {
        return bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    }
    let encoder = Encoder::of_bytes("use-multilingual", &std::fs::read(model).unwrap()).unwrap();
    let vectors: Vec<f32> = texts.iter().flat_map(|text| encoder.embed(text)).collect();
    let bytes: Vec<u8> = vectors.iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(kept, bytes).unwrap();
    vectors
}

/// The vectors along their first principal components, by orthogonal iteration on a sample's covariance.
fn components(vectors: &[f32], dimensions: usize) -> Vec<f32> {
    let number = vectors.len() / FULL;
    let mut mean = vec![0f32; FULL];
    for vector in vectors.chunks_exact(FULL) {
        mean.iter_mut().zip(vector).for_each(|(m, x)| *m += x / number as f32);
    }
    let mut covariance = vec![0f32; FULL * FULL];
    for vector in vectors.chunks_exact(FULL).step_by(8) {
        let centred: Vec<f32> = vector.iter().zip(&mean).map(|(x, m)| x - m).collect();
        for (i, x) in centred.iter().enumerate() {
            covariance[i * FULL..(i + 1) * FULL].iter_mut().zip(&centred).for_each(|(c, y)| *c += x * y);
        }
    }
    let mut basis: Vec<Vec<f32>> =
        (0..dimensions).map(|d| (0..FULL).map(|i| ((i * 31 + d * 17) % 101) as f32 - 50.0).collect()).collect();
    for _ in 0..12 {
        for direction in &mut basis {
            let image = |i: usize| dot(&covariance[i * FULL..(i + 1) * FULL], direction);
            *direction = (0..FULL).map(image).collect();
        }
        orthogonal(&mut basis);
    }
    let variance = |direction: &Vec<f32>| {
        let image = |i: usize| dot(&covariance[i * FULL..(i + 1) * FULL], direction);
        (0..FULL).map(|i| image(i) * direction[i]).sum::<f32>()
    };
    let scales: Vec<f32> = basis.iter().map(|direction| variance(direction).max(1e-9).powf(-EVENING)).collect();
    let along = |vector: &[f32]| -> Vec<f32> {
        let centred: Vec<f32> = vector.iter().zip(&mean).map(|(x, m)| x - m).collect();
        basis.iter().zip(&scales).map(|(direction, scale)| scale * dot(direction, &centred)).collect()
    };
    vectors.chunks_exact(FULL).flat_map(along).collect()
}

fn orthogonal(basis: &mut [Vec<f32>]) {
    for at in 0..basis.len() {
        let (before, rest) = basis.split_at_mut(at);
        let own = &mut rest[0];
        for other in before {
            let part = dot(own, other);
            own.iter_mut().zip(other.iter()).for_each(|(x, y)| *x -= part * y);
        }
        let length = dot(own, own).sqrt().max(1e-12);
        for x in own.iter_mut() {
            *x /= length;
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The grams of each text, their weights summing up to one.
fn sparse(texts: &[&str], rows: usize) -> Sparse {
    let mut all = Sparse { starts: vec![0], entries: Vec::new() };
    for text in texts {
        let grams = table_grams(text);
        let sum: f32 = grams.iter().map(|gram| gram.1).sum();
        all.entries.extend(grams.iter().map(|&(gram, weight)| (gram & (rows as u32 - 1), weight / sum.max(1e-9))));
        all.starts.push(all.entries.len());
    }
    all
}

/// Makes rare and frequent grams count the same, so that rows of both are found in a few rounds; gives what each counts now.
fn even(inputs: &mut Sparse, rows: usize) -> Vec<f32> {
    let mut brought = vec![RIDGE; rows];
    inputs.entries.iter().for_each(|&(row, weight)| brought[row as usize] += weight * weight);
    let scales: Vec<f32> = brought.into_iter().map(|sum| sum.sqrt().recip()).collect();
    inputs.entries.iter_mut().for_each(|(row, weight)| *weight *= scales[*row as usize]);
    scales
}

/// Conjugate gradients on the normal equations, for all dimensions at once.
fn solve(inputs: &Sparse, targets: &[f32], scales: &[f32], dimensions: usize) -> Vec<f32> {
    let rows = scales.len();
    let held = |number: usize| number.is_multiple_of(HELD);
    let learnt: Vec<f32> = targets
        .chunks_exact(dimensions)
        .enumerate()
        .flat_map(|(number, row)| row.iter().map(move |x| if held(number) { 0.0 } else { *x }))
        .collect();
    let mut table = vec![0f32; rows * dimensions];
    let mut residual = transposed(inputs, &learnt, rows, dimensions);
    let mut direction = residual.clone();
    let mut square = columns(&residual, &residual, dimensions);
    for round in 0..ROUNDS {
        let mut told = product(inputs, &direction, dimensions);
        told.chunks_exact_mut(dimensions).step_by(HELD).for_each(|row| row.fill(0.0));
        let mut image = transposed(inputs, &told, rows, dimensions);
        let ridge = |at: usize| RIDGE * scales[at / dimensions] * scales[at / dimensions];
        image.iter_mut().zip(&direction).enumerate().for_each(|(at, (x, y))| *x += ridge(at) * y);
        let curve = columns(&direction, &image, dimensions);
        let step: Vec<f32> = square.iter().zip(&curve).map(|(s, c)| (s / c.max(1e-30)) as f32).collect();
        for (at, x) in table.iter_mut().enumerate() {
            *x += step[at % dimensions] * direction[at];
        }
        for (at, x) in residual.iter_mut().enumerate() {
            *x -= step[at % dimensions] * image[at];
        }
        let next = columns(&residual, &residual, dimensions);
        let keep: Vec<f32> = next.iter().zip(&square).map(|(n, s)| (n / s.max(1e-30)) as f32).collect();
        for (at, x) in direction.iter_mut().enumerate() {
            *x = residual[at] + keep[at % dimensions] * *x;
        }
        square = next;
        if round % 4 == 3 {
            let told = product(inputs, &table, dimensions);
            let unexplained = |step: usize| {
                let rows = told.chunks_exact(dimensions).zip(targets.chunks_exact(dimensions)).step_by(step);
                let sums = rows.map(|(x, y)| (x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f32>(), dot(y, y)));
                let (error, all) = sums.fold((0.0, 0.0), |a, b| (a.0 + f64::from(b.0), a.1 + f64::from(b.1)));
                error / all
            };
            println!("round {round}: unexplained {:.3}, of texts held out {:.3}", unexplained(1), unexplained(HELD));
        }
    }
    table
}

fn columns(a: &[f32], b: &[f32], dimensions: usize) -> Vec<f64> {
    let mut sums = vec![0f64; dimensions];
    for (x, y) in a.chunks_exact(dimensions).zip(b.chunks_exact(dimensions)) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(sum, (x, y))| *sum += f64::from(x * y));
    }
    sums
}

fn product(inputs: &Sparse, table: &[f32], dimensions: usize) -> Vec<f32> {
    let mut out = vec![0f32; (inputs.starts.len() - 1) * dimensions];
    for (number, row) in out.chunks_exact_mut(dimensions).enumerate() {
        for &(gram, weight) in &inputs.entries[inputs.starts[number]..inputs.starts[number + 1]] {
            let own = &table[gram as usize * dimensions..(gram as usize + 1) * dimensions];
            row.iter_mut().zip(own).for_each(|(x, y)| *x += weight * y);
        }
    }
    out
}

fn transposed(inputs: &Sparse, values: &[f32], rows: usize, dimensions: usize) -> Vec<f32> {
    let mut out = vec![0f32; rows * dimensions];
    for (number, row) in values.chunks_exact(dimensions).enumerate() {
        for &(gram, weight) in &inputs.entries[inputs.starts[number]..inputs.starts[number + 1]] {
            let own = &mut out[gram as usize * dimensions..(gram as usize + 1) * dimensions];
            own.iter_mut().zip(row).for_each(|(x, y)| *x += weight * y);
        }
    }
    out
}

/// The table in eight bits a number, with a scale for each row.
fn quantised(table: &[f32], rows: usize, dimensions: usize) -> Vec<u8> {
    let mut file = b"WSLVEC01".to_vec();
    file.extend((rows as u32).to_le_bytes());
    file.extend((dimensions as u32).to_le_bytes());
    let most = |row: &[f32]| row.iter().fold(0f32, |most, x| most.max(x.abs()));
    table.chunks_exact(dimensions).for_each(|row| file.extend((most(row) / 127.0).to_le_bytes()));
    for row in table.chunks_exact(dimensions) {
        let scale = 127.0 / most(row).max(1e-30);
        file.extend(row.iter().map(|x| ((x * scale).round() as i8).cast_unsigned()));
    }
    file
}
