//! Laws of changes, over sequences drawn at random.
