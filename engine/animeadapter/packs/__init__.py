"""Model packs: folders in the diffusers and transformers layout, found, verified and loaded offline."""
