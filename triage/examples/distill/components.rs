//! The first principal components of vectors.

use crate::dot;

/// Numbers of an encoder's vector.
pub(crate) const FULL: usize = 512;

/// How far the components are made equally strong.
const EVENING: f32 = 0.25;

/// Rounds of the iteration that finds the components.
const ROUNDS: usize = 24;

/// The vectors along their first principal components, by orthogonal iteration on a sample's covariance.
pub(crate) fn components(vectors: &[f32], dimensions: usize) -> Vec<f32> {
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
    orthogonal(&mut basis);
    for _ in 0..ROUNDS {
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
