"""Attention for training on processors, one head at a time, so that a head's scores stay in the cache.

Over all heads of a batch of eight, the scores of 968 queries and keys are 60 MB; those of one head are 2 MB.
Probabilities are kept in the precision of the queries.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


class HeadByHead(torch.autograd.Function):
    """softmax(Q Kᵀ) V for Q (G, M, d), already scaled, K and V (G, N, d), and the allowed keys, (G, N) or None.

    Every row of `allowed` has to allow a key.
    """

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, allowed: Tensor | None) -> Tensor:
        scores = query.new_empty(query.shape[1], key.shape[1])
        shares, found = query.new_empty(len(query), *scores.shape), torch.empty_like(query)
        for k in range(len(query)):
            torch.mm(query[k], key[k].t(), out=scores)
            if allowed is not None:
                scores.masked_fill_(~allowed[k], -math.inf)
            torch.softmax(scores, -1, out=shares[k])
            torch.mm(shares[k], value[k], out=found[k])
        ctx.save_for_backward(query, key, value, shares, found)
        return found

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        query, key, value, shares, found = ctx.saved_tensors
        to_query, to_key, to_value = (torch.empty_like(t) for t in (query, key, value))
        gradient = gradient.contiguous()
        # Σ_n P_n ∂P_n of every query, which the softmax takes off, is what the output tells of it (Dao et al. 2022).
        common = (gradient.float() * found.float()).sum(-1, keepdim=True).to(query.dtype)
        errors = torch.empty_like(shares[0])
        for k in range(len(query)):
            torch.mm(shares[k].t(), gradient[k], out=to_value[k])
            torch.mm(gradient[k], value[k].t(), out=errors)
            errors.sub_(common[k]).mul_(shares[k])
            torch.mm(errors, key[k], out=to_query[k])
            torch.mm(errors.t(), query[k], out=to_key[k])
        return to_query, to_key, to_value, None
