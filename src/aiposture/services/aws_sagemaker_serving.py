"""Amazon SageMaker: what answers (endpoint configurations, experiments), what it knows, and who labels it."""

from __future__ import annotations

from aiposture.model import Fact, FactValue, Location, Origin, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, is_filled, member, objects, props
from aiposture.services.aws_google_secrets import credentials
from aiposture.services.aws_protections import Protections, customer_keys, is_word, leaf, several, volume_key
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, addresses

_INSTANCES = "AWS Security Hub SageMaker.4"
_SSM = "SageMaker API, EnableSSMAccess of production variants"
_OFFLINE = "AWS Security Hub SageMaker.17"
_ONLINE = "AWS Security Hub SageMaker.18"
_EXPERIMENT = "AWS Security Hub SageMaker.23, SageMaker.24"
_WORKFORCE = "SageMaker developer guide, private workforce with allowed IP ranges"

_ENOUGH = 2
_NOT_STATED = Unknown("", "is not stated, and its default is not documented")


def _endpoint_config(type_: str, variants: str, key: str, names: tuple[str, str, str, str]) -> Binding:
    count, serverless, shell, instance_type = names

    def served(resource: Resource) -> tuple[Value, ...]:
        """The variants that run on instances."""
        return tuple(each for each in objects(at(resource, variants)) if not _is_there(each, serverless))

    def instances(resource: Resource) -> tuple[Fact, ...]:
        path = f"{variants}.{count}"
        return tuple(_several_instances(resource, path, variant, count) for variant in served(resource))

    def shells(resource: Resource) -> tuple[Fact, ...]:
        path = f"{variants}.{shell}"
        return tuple(_shell(resource, path, variant, shell) for variant in served(resource))

    keys = volume_key(key, f"{variants}.{instance_type}")["customer_keys"]

    def volumes(resource: Resource) -> tuple[Fact, ...]:
        return keys.read(resource) if served(resource) else ()

    return Binding(
        types=(type_,),
        protections={
            "customer_keys": Several(volumes, keys.properties, keys.source, keys.default, keys.cells),
            "instances": Several(instances, (f"{variants}.{count}",), _INSTANCES, "not documented"),
            "shell_access": Several(shells, (f"{variants}.{shell}",), _SSM, "false"),
        },
    )


def _is_there(variant: Value, name: str) -> bool:
    value = member(variant, name)
    return value is not None and value.data is not None and value.data != ()


def _several_instances(resource: Resource, path: str, variant: Value, name: str) -> Fact:
    found = member(variant, name)
    data = variant.data if isinstance(variant.data, Unknown) else None if found is None else found.data
    if isinstance(data, Unknown):
        return _fact(path, variant if found is None else found, data, resource.header)
    if data is None:
        return _fact(path, None, _NOT_STATED, resource.header)
    number = int(str(data)) if str(data).isdigit() else None
    meaning = Unknown(str(data), "is no number") if number is None else number >= _ENOUGH
    return _fact(path, found, meaning, resource.header, stated=number)


def _shell(resource: Resource, path: str, variant: Value, name: str) -> Fact:
    found = member(variant, name)
    data = variant.data if isinstance(variant.data, Unknown) else None if found is None else found.data
    if isinstance(data, Unknown):
        return _fact(path, variant if found is None else found, data, resource.header)
    if data is None:
        return _fact(path, None, True, resource.header)  # noqa: FBT003 - a fact's value
    return _fact(
        path, found, not is_word(data, "true"), resource.header, stated=data if isinstance(data, (str, bool)) else None
    )


def _fact(
    path: str,
    value: Value | None,
    meaning: FactValue,
    header: Location,
    stated: str | bool | int | None = None,  # noqa: FBT001 - as the code has it
) -> Fact:
    unknown = isinstance(meaning, Unknown)
    if value is None:
        place, origin = header, Origin.UNRESOLVED if unknown else Origin.DEFAULT
    else:
        place, origin = value.location, Origin.UNRESOLVED if unknown else Origin.STATED
    return Fact(
        value=meaning,
        origin=origin,
        property=path,
        location=place,
        possible=() if unknown else (meaning,),
        stated=stated,
        trail=() if value is None else value.trail,
    )


def _feature_group(  # noqa: PLR0913, PLR0917 - a row of the table
    type_: str, offline: str, offline_key: str, online: str, online_key: str, names: tuple[str, str]
) -> Binding:
    is_on, storage = names

    def has_offline(resource: Resource) -> bool:
        return at(resource, offline) is not None

    def has_online(resource: Resource) -> bool:
        block = next(iter(objects(at(resource, online))), None)
        if block is None:
            return False
        # A store in memory has no key of its own in the standard, and one that is not on stores nothing.
        return not is_word(leaf(block, is_on), "false") and not is_word(leaf(block, storage), "inmemory")

    stores = (
        customer_keys(offline_key, source=_OFFLINE, when=has_offline)["customer_keys"],
        customer_keys(online_key, source=_ONLINE, when=has_online)["customer_keys"],
    )

    def read(resource: Resource) -> tuple[Fact, ...]:
        return tuple(fact for store in stores for fact in store.read(resource))

    return Binding(
        types=(type_,),
        protections={
            "customer_keys": Several(
                read,
                tuple(name for store in stores for name in store.properties),
                f"{_OFFLINE}; {_ONLINE}",
                "false",
                tuple(cell for store in stores for cell in store.cells),
            )
        },
    )


def _experiment() -> Protections:
    def stores_data(resource: Resource) -> bool:
        return at(resource, "DataStorageConfig") is not None

    own = customer_keys("KmsKey", source=_EXPERIMENT)["customer_keys"]
    data = customer_keys("DataStorageConfig.KmsKey", source=_EXPERIMENT, when=stores_data)["customer_keys"]
    both = several(*own.cells, *data.cells)

    def read(resource: Resource) -> tuple[Fact, ...]:
        return (*own.read(resource), *data.read(resource))

    return {"customer_keys": Several(read, both.properties, both.source, both.default, both.cells)}


def _workforce(type_: str, sources: str, network: str, secret: str) -> Binding:
    def is_reached_publicly(resource: Resource) -> bool:
        # A workforce in a VPC has no public portal.
        return is_filled(at(resource, network)) is False

    return Binding(
        types=(type_,),
        public_access=Cell((), "open", _WORKFORCE, label=sources.partition(".")[0]),
        sources=Cell(props(addresses, sources), (), _WORKFORCE),
        rules_imply_deny=True,
        door="portal",
        secrets=Several(credentials(secret), (secret,), _WORKFORCE),
        when=is_reached_publicly,
    )


SERVICES = (
    Service(
        "aws-sagemaker-endpoint",
        "SageMaker endpoint configuration",
        (
            _endpoint_config(
                "aws_sagemaker_endpoint_configuration", "production_variants", "kms_key_arn",
                ("initial_instance_count", "serverless_config", "enable_ssm_access", "instance_type"),
            ),
            _endpoint_config(
                "AWS::SageMaker::EndpointConfig", "ProductionVariants", "KmsKeyId",
                ("InitialInstanceCount", "ServerlessConfig", "EnableSSMAccess", "InstanceType"),
            ),
        ),
    ),
    Service(
        "aws-sagemaker-feature-group",
        "SageMaker feature group",
        (
            _feature_group(
                "aws_sagemaker_feature_group",
                "offline_store_config", "offline_store_config.s3_storage_config.kms_key_id",
                "online_store_config", "online_store_config.security_config.kms_key_id",
                ("enable_online_store", "storage_type"),
            ),
            _feature_group(
                "AWS::SageMaker::FeatureGroup",
                "OfflineStoreConfig", "OfflineStoreConfig.S3StorageConfig.KmsKeyId",
                "OnlineStoreConfig", "OnlineStoreConfig.SecurityConfig.KmsKeyId",
                ("EnableOnlineStore", "StorageType"),
            ),
        ),
    ),
    Service(
        "aws-sagemaker-inference-experiment",
        "SageMaker inference experiment",
        (Binding(types=("AWS::SageMaker::InferenceExperiment",), protections=_experiment()),),
    ),
    Service(
        "aws-sagemaker-workforce",
        "SageMaker workforce",
        (
            _workforce(
                "aws_sagemaker_workforce", "source_ip_config.cidrs", "workforce_vpc_config",
                "oidc_config.client_secret",
            ),
            _workforce(
                "AWS::SageMaker::Workforce", "SourceIpConfig.Cidrs", "WorkforceVpcConfig", "OidcConfig.ClientSecret",
            ),
        ),
    ),
)  # fmt: skip
