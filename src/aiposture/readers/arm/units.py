"""Everything that one template deploys: its own resources and those of all deployments in it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from aiposture.model import Call, Dialect, NotAnalysed, Unknown, Value
from aiposture.readers.arm import linked, parameter_files
from aiposture.readers.arm.copies import resolve
from aiposture.readers.arm.deployments import Deployment
from aiposture.readers.arm.expressions import Budget, ResourceName
from aiposture.readers.arm.instances import DEPLOYMENTS, Instance
from aiposture.readers.arm.sites import Site
from aiposture.readers.arm.values import Given, member, text_of

MAX_INSTANCES = 5_000
MAX_DEPLOYMENTS = 1_000
MAX_NESTING = 32


class RemoteModule(NamedTuple):
    """A module whose code is not here: its source without a version, and the version."""

    source: str
    version: str | None = None


FindLinked = Callable[[str], "Value | None"]
"""The template in a file (its path from the tree's root), None if there is none that can be read."""
FindModule = Callable[[Value], "RemoteModule | None"]
"""Which remote module a deployment resource, as it is written, is a call of."""


class Unit:
    """The deployments that one template leads to."""

    def __init__(
        self,
        dialect: Dialect,
        find_linked: FindLinked | None,
        find_module: FindModule | None,
        find_parameters: FindLinked | None = None,
    ) -> None:
        """Start without any deployment. `find_parameters` is `find_linked` for parameter files."""
        self.dialect = dialect
        self.separator = "." if dialect == "bicep" else "/"
        self.budget = Budget()
        self.deployments: list[Deployment] = []
        self.not_analysed: list[NotAnalysed] = []
        self.modules: list[tuple[Instance, RemoteModule]] = []
        self._callers: dict[str, Instance] = {}
        self._by_type: dict[str, list[Instance]] = defaultdict(list)
        self._called: dict[int, Deployment] = {}
        self._instances = 0
        self._find_linked = find_linked
        self._find_module = find_module
        self._find_parameters = find_parameters

    def deploy(self, template: Value, given: Mapping[str, Given]) -> Deployment:
        """Deploy a template with all that it leads to, and give its own deployment."""
        root = Deployment(self, template, given=given)
        waiting = [root]
        while waiting:
            deployment = waiting.pop()
            self.deployments.append(deployment)
            callers = []
            for instance in deployment.build():
                self._by_type[instance.type.casefold()].append(instance)
                if instance.is_deployment and not instance.is_existing:
                    callers.append(instance)
            waiting += [found for caller in reversed(callers) if (found := self._below(caller)) is not None]
        for caller in self._by_type.get(DEPLOYMENTS, ()):
            self._callers.setdefault(caller.address, caller)
        return root

    @cached_property
    def by_address(self) -> Mapping[str, Instance]:
        """Every resource, once all are deployed. It takes the name of each, so only what asks for it pays."""
        found: dict[str, Instance] = {}
        for deployment in self.deployments:
            for instance in deployment.instances:
                found.setdefault(instance.address, instance)
        return found

    def spend_instances(self, number: int) -> bool:
        """Whether so many resources more can be written out one by one."""
        self._instances += number
        return self._instances <= MAX_INSTANCES

    def call(self, caller: Instance) -> Call:
        """How a deployment's resources say that it led to them."""
        what = "module" if self.dialect == "bicep" else "nested deployment"
        return Call(f"{what} {caller.symbol or caller.title}", caller.header.location, caller.raw.location)

    def find(self, name: ResourceName, site: Site) -> str | None:
        """The address of the resource of a type and name; the site's own deployment comes first."""
        keys = tuple(site.key(each) for each in name.names)
        if None in keys:
            return None
        candidates = self._by_type.get(name.type.casefold(), ())
        near = [each for each in candidates if each.site.deployment is site.deployment]
        far = [each for each in candidates if each.site.deployment is not site.deployment]
        return next((each.address for each in (*near, *far) if each.keys() == keys), None)

    def state(self, address: str) -> Value | None:
        """The outputs of the deployment at an address."""
        caller = self._callers.get(address) or self._at(address)
        deployment = None if caller is None else self._called.get(id(caller))
        if caller is None or deployment is None:
            return None
        return Value({"outputs": Value(_Outputs(deployment), caller.raw.location)}, caller.raw.location)

    def _at(self, address: str) -> Instance | None:
        """The deployment at an address, while addresses are still being collected."""
        return next((each for each in self._by_type.get(DEPLOYMENTS, ()) if each.address == address), None)

    def _below(self, caller: Instance) -> Deployment | None:
        """The deployment that a resource makes; None, and said so, if its template is not here."""
        properties = member(caller.raw, "properties")
        module = None if self._find_module is None else self._find_module(caller.raw)
        if module is not None:
            self.modules.append((caller, module))
            return None
        above = caller.site.deployment
        if above.depth >= MAX_NESTING or len(self._called) >= MAX_DEPLOYMENTS:
            self._leave_out(caller, "deployments are nested too deeply or are too many")
            return None
        template = member(properties, "template")
        link = member(properties, "templateLink")
        if template is not None and isinstance(template.data, Mapping):
            scope = text_of(member(properties, "expressionEvaluationOptions", "scope")) or above.default_scope
            inner = scope.casefold() == "inner"
            return self._called.setdefault(id(caller), self._nested(caller, template, inner=inner))
        found = "its template is no object" if link is None else self._linked(link, caller)
        if isinstance(found, str):
            self._leave_out(caller, found)
            return None
        return self._called.setdefault(id(caller), self._nested(caller, found, inner=True))

    def _nested(self, caller: Instance, template: Value, *, inner: bool) -> Deployment:
        return Deployment(self, template, given=_arguments(caller, template) if inner else None, caller=caller)

    def _leave_out(self, caller: Instance, reason: str) -> None:
        self.not_analysed.append(NotAnalysed(self.call(caller).name, reason, caller.header.location))

    def _linked(self, link: Value, caller: Instance) -> Value | str:
        """The template that a link leads to, or why there is none."""
        if member(link, "id") is not None:
            return "a template spec is not in the scanned code"
        path = linked.path_of(link, caller.site)
        if path is None:
            return "its template is linked by an address outside of the scanned code"
        chain = linked.chain(caller.site.deployment)
        if any(each in chain for each in linked.candidates(path, chain)[:1]):
            return "its template links to itself"
        found = self._linked_file(path, caller, self._find_linked)
        return f"its template {path} is not in the scanned code" if found is None else found

    def linked_parameters(self, link: Value, caller: Instance) -> Value | None:
        """The parameter file that a link leads to, None if it is not in the scanned code."""
        path = linked.path_of(link, caller.site)
        return None if path is None else self._linked_file(path, caller, self._find_parameters)

    def _linked_file(self, path: str, caller: Instance, find: FindLinked | None) -> Value | None:
        """The file of a relative path, as seen from the templates that led to a deployment."""
        if find is None:
            return None
        tries = linked.candidates(path, linked.chain(caller.site.deployment))
        return next((found for each in tries if (found := find(each)) is not None), None)


class _Outputs(Mapping[str, Value]):
    """The outputs of a deployment, each evaluated when it is asked for."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def __getitem__(self, name: str) -> Value:
        value = self._deployment.output(name)
        if value is None:
            raise KeyError(name)
        return Value({"value": value}, value.location)

    def __iter__(self) -> Iterator[str]:
        return iter(self._deployment.outputs())

    def __len__(self) -> int:
        return len(self._deployment.outputs())


def _arguments(caller: Instance, template: Value) -> dict[str, Given]:
    """What a deployment passes to its template, by parameter in lower case."""
    properties = member(caller.raw, "properties")
    stated = member(properties, "parameters")
    link = member(properties, "parametersLink")
    if link is not None:
        return _linked_arguments(link, caller, template)
    if stated is None:
        return {}
    passed = resolve(stated, caller.site) if isinstance(stated.data, str) else stated
    arguments = passed.members().items()
    return {name.casefold(): Given(_argument(value, caller.site), "argument") for name, value in arguments}


def _linked_arguments(link: Value, caller: Instance, template: Value) -> dict[str, Given]:
    """What a linked parameter file passes; if it is not here, all that the template takes is unknown."""
    file = caller.site.deployment.unit.linked_parameters(link, caller)
    if file is None:
        unknown = Value(Unknown("parametersLink", "the linked parameters are not read"), caller.header.location)
        declared = member(template, "parameters")
        names = () if declared is None else declared.members()
        return {name.casefold(): Given(lambda: unknown, "argument") for name in names}
    values = parameter_files.assignments(file, template)
    return {name.casefold(): Given(_constant(value), "variable file") for name, value in values}


def _constant(value: Value) -> Callable[[], Value]:
    return lambda: value


def _argument(value: Value, site: Site) -> Callable[[], Value | None]:
    def work() -> Value | None:
        if member(value, "reference") is not None:
            return Value(Unknown("(secure)", "is a secret of a key vault"), value.location)
        if not isinstance(value.data, str) and member(value, "copy") is None:
            stated = member(value, "value")
            return None if stated is None else resolve(stated, site)
        # `if(condition, createObject('value', ...), ...)`, or a loop with the name `value`
        whole = resolve(value, site)
        if isinstance(whole.data, Unknown):
            found = whole.get("value")
            return Value(None, whole.location) if found is None else found
        return member(whole, "value")

    return work
