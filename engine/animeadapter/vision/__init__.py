"""Looking at pictures: opening what people hand in, finding the character and its parts."""
