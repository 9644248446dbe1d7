//! The policy file and the packs: text becomes agreement.
