//! What the author of a native plugin depends on.
