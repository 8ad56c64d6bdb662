"""What the user asked for: the command line over the configuration over the defaults."""

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from aiposture import controls
from aiposture.cache.folder import cache_folder
from aiposture.files import within
from aiposture.model import Severity, Verdict
from aiposture.options import ScanOptions
from aiposture.policy import Policy
from aiposture.sharding.shards import parse
from aiposture.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from aiposture.config import Config


class Settings(NamedTuple):
    """How to scan, what of it to list (`show`), what fails, and the file of the baseline, if there is one."""

    scan: ScanOptions
    show: tuple[Verdict, ...]
    fail_on: Severity
    baseline: str | None


def settle(given: "argparse.Namespace", *, root: str, whole: bool) -> Settings:
    """The settings for a scan of the tree at `root`, of all of it (`whole`) or of parts.

    An option of the command line replaces the key of its name in the configuration. Raises UsageError.
    """
    config = _config(given)
    select, ignore = given.select, given.ignore
    exclude, var_files, parameter_files = given.exclude, given.var_file, given.parameters
    show, fail_on, mode = given.show, given.fail_on, given.private_endpoint_mode
    inline = not given.no_inline_suppressions
    if config is not None:
        select, ignore = select or config.select, ignore or config.ignore
        exclude = exclude or config.exclude_for(root)
        var_files, parameter_files = var_files or config.var_files, parameter_files or config.parameter_files
        show, fail_on, mode = show or config.show, fail_on or config.fail_on, mode or config.private_endpoint_mode
    options = ScanOptions(
        paths=tuple(given.paths) or (".",),
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        var_files=tuple(var_files or ()),
        parameter_files=tuple(parameter_files or ()),
        bicep=given.bicep,
        restore=given.restore,
        use_environment=given.use_environment,
        private_endpoint_mode=mode or "effective",
        exclude=tuple(exclude or ()),
        severities={} if config is None else config.severities,
        policy=Policy(inline=inline) if config is None else config.policy(root, inline=inline, whole=whole),
        shard=None if given.shard is None else parse(given.shard),
        cache_folder=None if given.no_cache else cache_folder(os.environ),
    )
    if options.shard is not None and (given.baseline or given.write_baseline):
        raise UsageError("--shard goes with no baseline: what is known is known of all shards, so give it to merge")
    if options.shard is not None and given.diff_base:
        raise UsageError("--shard goes with no --diff-base: what is known is known of a whole scan")
    of_configuration = None if config is None or options.shard is not None else config.baseline
    return Settings(
        scan=options,
        show=tuple(Verdict(name) for name in show or ("fail",)),
        fail_on=Severity[(fail_on or "low").upper()],
        baseline=given.baseline or of_configuration,
    )


def governs(changed: Collection[str], given: "argparse.Namespace", settings: Settings, root: str) -> bool:
    """Whether one of the files `changed`, in the tree at `root`, decides what is said of all code.

    Such are the configuration, also one that has just lost its table, the baseline, and files of values.
    """
    named = [*settings.scan.var_files, *settings.scan.parameter_files, *filter(None, (settings.baseline, given.config))]
    if any(within(os.path.realpath(path), root) in changed for path in named):
        return True
    if given.config or given.no_config or given.config_revision:
        return False
    from aiposture import config

    candidates = {within(path, root): path for path in config.candidates(os.getcwd(), root)}
    return any(_mentions_us(candidates[path], root) for path in candidates.keys() & set(changed))


def _mentions_us(path: str, root: str) -> bool:
    """Whether a file is a configuration of ours, or was one at the last commit, as far as a word tells."""
    from aiposture import config, git

    if os.path.basename(path) == config.OWN:
        return True
    try:
        before = git.show(root, "HEAD", within(path, root)) or b""
    except git.GitError:  # there is no commit yet
        before = b""
    return b"aiposture" in before or b"aiposture" in config.read(path)


def _config(given: "argparse.Namespace") -> "Config | None":
    if given.no_config:
        return None
    from aiposture import config

    if given.config_revision is not None:
        return _at_revision(given.config_revision)
    path = given.config or config.find(os.getcwd())
    return None if path is None else config.load(path, controls.known_ids())


def _at_revision(revision: str) -> "Config | None":
    """The configuration that `find` would find if the working tree were at `revision`."""
    from aiposture import config, git

    directory = os.path.realpath(os.getcwd())
    root = git.root(directory)
    if root is None:
        raise UsageError("--config-revision works inside a git repository only")
    for path in config.candidates(directory, root):
        data = git.show(root, revision, within(path, root))
        if data is not None and config.is_ours(path, data):
            return config.parse(data, path, controls.known_ids())
    return None
