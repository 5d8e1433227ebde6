//! Putting things in order. The library's sort is made anew for each type that it sorts, at some ten
//! thousand bytes of download each; what is sorted here are a few hundred names at most.

/// The places of what has these keys, the least key first; what is equal stays in its order.
#[must_use]
pub fn order(keys: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(keys.len());
    for (at, key) in keys.iter().enumerate() {
        let place = order.partition_point(|&other| keys[other] <= *key);
        order.insert(place, at);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn the_least_comes_first_and_equals_keep_their_order() {
        assert_eq!(order(&[3, 1, 2, 1, 3, 0]), [5, 1, 3, 2, 0, 4]);
        assert_eq!(order(&[]), [0; 0]);
        let many: Vec<u64> = (0..1000).map(|n| n * 7919 % 1000).collect();
        assert!(order(&many).windows(2).all(|pair| many[pair[0]] <= many[pair[1]]));
    }
}
