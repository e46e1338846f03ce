"""The parts of the pack in training, one module each; `animeadapter.train.task` says what the loop asks of them."""
