"""Every class of recipe that there is."""

from __future__ import annotations

from animeadapter.train.latent_settings import AdapterRecipe, T2IRecipe, UNetRecipe
from animeadapter.train.settings import EncodersRecipe, EyesRecipe, JudgeRecipe, UpscalerRecipe, VaeRecipe

AnyRecipe = (
    VaeRecipe | EyesRecipe | UpscalerRecipe | EncodersRecipe | UNetRecipe | T2IRecipe | AdapterRecipe | JudgeRecipe
)
