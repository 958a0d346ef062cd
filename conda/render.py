"""Render the conda recipe and print what the package would require.

pip install py-rattler-build
python conda/render.py
"""

from __future__ import annotations

from pathlib import Path

from rattler_build import Stage0Recipe, VariantConfig

recipe = Stage0Recipe.from_file(Path(__file__).with_name("recipe.yaml"))
for variant in recipe.render(VariantConfig()):
    rendered = variant.recipe.to_dict()
    package = rendered["package"]
    print(package["name"], package["version"], rendered["build"]["string"])
    print(*rendered["requirements"]["run"], sep="\n")
