"""Where installed packages have their files."""

import importlib.util
import os

from serve import serve


def path_in(package, file):
    """The path of a file of a package, which is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ImportError(package)
    return os.path.join(spec.submodule_search_locations[0], *file.split('/'))


serve(path_in)
