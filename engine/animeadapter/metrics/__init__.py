"""What pictures are measured by: judges of attributes, similarity, keypoint distances."""
