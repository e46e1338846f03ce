"""The calls about model packs."""

from __future__ import annotations

from animeadapter.packs.errors import PackError
from animeadapter.packs.find import list_packs as find
from animeadapter.packs.find import user_folder
from animeadapter.packs.manifest import Manifest, read_manifest
from animeadapter.protocol.calls import ListPacks, LoadedPack, LoadPack, PackInfo, PackList
from animeadapter.serve.context import Context
from animeadapter.serve.workshop import Tools

DRAWING = ("tokenizer", "text_encoder", "unet", "vae")
"""Parts that every picture needs, and that are therefore loaded before the first one."""


def list_packs(call: ListPacks, context: Context, tools: Tools) -> PackList:
    """Return every pack that can be read; say which cannot."""
    infos = []
    for folder in find().values():
        try:
            infos.append(_info(read_manifest(folder)))
        except PackError as error:
            context.notice(str(error))
    return PackList(tuple(infos), str(user_folder()))


def load_pack(call: LoadPack, context: Context, tools: Tools) -> LoadedPack:
    """Load what every picture needs, so far as the pack has it."""
    pack = tools.kit(call.pack).pack
    present = [part for part in DRAWING if pack.has(part)]
    for done, part in enumerate(present, 1):
        context.check()
        pack.part(part)
        context.progress(done, len(present))
    return LoadedPack(_info(pack.manifest), pack.memory())


def _info(manifest: Manifest) -> PackInfo:
    return PackInfo(
        name=manifest.name, title=manifest.title, licence=manifest.licence, family=manifest.family,
        sizes=manifest.sizes, parts=manifest.parts, sha256=manifest.sha256,
        description=manifest.description, vocabulary=manifest.vocabulary,
    )  # fmt: skip
