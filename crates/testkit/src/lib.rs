//! Real servers, scripted peers, and the transport conformance suite.
