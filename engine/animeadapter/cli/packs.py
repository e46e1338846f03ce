"""`animeadapter packs`: which model packs there are, and whether their files are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animeadapter.cli.options import Json
from animeadapter.cli.output import Output

packs = typer.Typer(invoke_without_command=True)


@packs.callback()
def listed(context: typer.Context, as_json: Json = False) -> None:
    """List the model packs that can be found, with their licences and parts.

    They are looked for in ANIMEADAPTER_PACKS, in the user's data folder, and among what ships.

    [bold]Examples[/bold]

      animeadapter packs

      animeadapter packs verify mini
    """
    if context.invoked_subcommand is not None:
        return
    from animeadapter.packs.errors import PackError
    from animeadapter.packs.find import list_packs, search_folders
    from animeadapter.packs.manifest import read_manifest

    output = Output(as_json)
    found = list_packs()
    for name, folder in found.items():
        try:
            manifest = read_manifest(folder)
        except PackError as error:
            output.notice(str(error))
            continue
        sizes = [f"{width}x{height}" for width, height in manifest.sizes]
        output.result(
            f"{name}: {manifest.title} · {manifest.licence} · {', '.join(sizes)}\n  {folder}\n"
            f"  {', '.join(manifest.parts)}",
            name=name, title=manifest.title, licence=manifest.licence, family=manifest.family, sizes=sizes,
            description=manifest.description, folder=folder, sha256=manifest.sha256, parts=list(manifest.parts),
        )  # fmt: skip
    if not found:
        output.notice(f"there is no pack in {', '.join(map(str, search_folders()))}")


@packs.command()
def verify(pack: Annotated[str, typer.Argument(help="Name or folder.")] = "mini", as_json: Json = False) -> None:
    """Check every file of a pack against its manifest, and every weight file's head."""
    from animeadapter.packs.load import load_pack
    from animeadapter.packs.load import verify as verify_files

    output = Output(as_json)
    loaded = load_pack(pack)
    verify_files(loaded.folder, loaded.manifest)
    memory = loaded.memory()
    output.result(
        f"{loaded.manifest.name}: {len(loaded.manifest.files)} files are whole; "
        f"in memory {sum(memory.values()) / 2**20:.0f} MiB",
        name=loaded.manifest.name, files=len(loaded.manifest.files), memory=memory,
        sha256=loaded.manifest.sha256,
    )  # fmt: skip


@packs.command()
def seal(folder: Annotated[Path, typer.Argument(help="A pack's folder.")], as_json: Json = False) -> None:
    """Write the present files' hashes into a pack's manifest, after its files were changed on purpose."""
    from animeadapter.packs.manifest import read_manifest
    from animeadapter.packs.manifest import seal as seal_folder

    manifest = seal_folder(folder, read_manifest(folder))
    Output(as_json).result(
        f"{folder}: sealed with {len(manifest.files)} files",
        folder=folder, files=len(manifest.files), sha256=manifest.sha256,
    )  # fmt: skip


@packs.command()
def install(
    export: Annotated[Path, typer.Argument(help="A training's export, build/runs/RECIPE/export.")],
    pack: Annotated[Path, typer.Option("--pack", help="The pack's folder.")],
    as_json: Json = False,
) -> None:
    """Put trained parts into a pack in place of those that it has, and seal it.

    [bold]Example[/bold]

      animeadapter packs install build/runs/vae/export --pack resources/komawari_resources/models/mini
    """
    from animeadapter.packs.install import install as put

    manifest = put(export, pack)
    size = sum((pack / path).stat().st_size for path in manifest.files)
    Output(as_json).result(
        f"{pack}: sealed with {len(manifest.files)} files, {size / 1e6:.1f} MB",
        folder=pack, files=len(manifest.files), bytes=size, sha256=manifest.sha256,
    )  # fmt: skip
