"""Amazon SageMaker: notebooks, Studio domains, models, jobs, clusters.

Verdict rules of the AWS Security Hub standard "AI Security Best Practices v1.0.0". It has no control for the
network access of a Studio domain; there the Well-Architected Generative AI Lens, GENSEC01-BP02, is followed.
"""

from __future__ import annotations

from aiposture.model import Data, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, is_filled, member, present, props
from aiposture.services.aws_google_secrets import environment
from aiposture.services.aws_protections import (
    customer_keys,
    metadata_tokens,
    platform,
    switch,
    traffic_encryption,
    volume_key,
)
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, choice, flag

_INTERNET = "AWS Security Hub SageMaker.1"
_SUBNET = "AWS Security Hub SageMaker.2"
_ROOT = "AWS Security Hub SageMaker.3"
_ISOLATION = "AWS Security Hub SageMaker.5, SageMaker.11, .12, .14, .20, .25"
_PULL = "AWS Security Hub SageMaker.16, SageMaker.19"
_VPC = "AWS Config sagemaker-model-in-vpc; Well-Architected Generative AI Lens GENSEC01-BP02"
_DOMAIN = "Well-Architected Generative AI Lens GENSEC01-BP02"
_IDENTITY = "SageMaker developer guide, source identity of Studio users"
_ENVIRONMENT = "Well-Architected Generative AI Lens GENSEC05-BP01"

_INTERNET_ACCESS = choice({"Enabled": "enabled", "Disabled": "disabled"})
_NETWORK_ACCESS = choice({"PublicInternetOnly": "enabled", "VpcOnly": "disabled"})
_ISOLATED = flag(true=True, false=False)
_ROOT_ACCESS = choice({"Enabled": True, "Disabled": False})
_REPOSITORY_ACCESS = choice({"Vpc": "private", "Platform": "public"})

NO_SUBNET = "SageMaker refuses it without a subnet"


def _notebook(  # noqa: PLR0913, PLR0917 - a row of the table
    type_: str, internet: str, subnet: str, root: str, key: str, system: str, metadata: str
) -> Binding:
    def gate(resource: Resource) -> str | None:
        stated = at(resource, internet)
        closed = stated is not None and str(stated.data).casefold() == "disabled"
        return NO_SUBNET if closed and is_filled(at(resource, subnet)) is False else None

    return Binding(
        types=(type_,),
        public_access=Cell(props(_INTERNET_ACCESS, internet), "enabled", _INTERNET, gate=gate),
        door="internet access",
        private_network=Cell(present("private", subnet), "public", _SUBNET),
        root_access=Cell(props(_ROOT_ACCESS, root), True, _ROOT),  # noqa: FBT003 - a default, not a switch
        protections={
            **customer_keys(key, source="AWS Security Hub SageMaker.21"),
            **platform(system),
            **metadata_tokens(metadata),
        },
    )


def _domain(type_: str, access: str, key: str, identity: str) -> Binding:
    return Binding(
        types=(type_,),
        public_access=Cell(props(_NETWORK_ACCESS, access), "enabled", _DOMAIN),
        door="internet access",
        protections={
            **customer_keys(key),
            **switch("user_identity", identity, {"USER_PROFILE_NAME": True, "DISABLED": False}, _IDENTITY),
        },
    )


def _containers(data: Data) -> Meaning:
    """A list of containers pulls privately if each of them does."""
    if isinstance(data, Unknown):
        return data
    modes = [_repository_access(container) for container in data] if isinstance(data, tuple) else []
    if not modes:
        return None
    if "public" in modes:
        return "public"
    return next((mode for mode in modes if isinstance(mode, Unknown)), "private")


def _repository_access(container: Value) -> str | Unknown:
    config = member(container, "ImageConfig", "image_config")
    config = config.data[0] if config is not None and isinstance(config.data, tuple) and config.data else config
    mode = None if config is None else member(config, "RepositoryAccessMode", "repository_access_mode")
    if mode is None:
        return "public"
    if isinstance(mode.data, Unknown):
        return mode.data
    meaning = _REPOSITORY_ACCESS(mode.data)
    return meaning if isinstance(meaning, (str, Unknown)) else "public"


def _model(type_: str, vpc: str, isolation: str, primary: str, several: str, *environments: str) -> Binding:
    mode = "image_config.repository_access_mode" if primary.islower() else "ImageConfig.RepositoryAccessMode"
    return Binding(
        types=(type_,),
        private_network=Cell(present("private", vpc), "outside", _VPC),
        isolation=Cell(props(_ISOLATED, isolation), False, _ISOLATION),  # noqa: FBT003 - a default, not a switch
        image_pull=Cell(
            (*props(_REPOSITORY_ACCESS, f"{primary}.{mode}"), *props(_containers, several)), "public", _PULL
        ),
        secrets=Several(environment(*environments), environments, _ENVIRONMENT),
    )


def _job(  # noqa: PLR0913, PLR0917 - a row of the table
    types: tuple[str, ...],
    vpc: str,
    isolation: str,
    traffic: str,
    volume: tuple[str, str],
    environments: tuple[str, ...] = (),
) -> Binding:
    return Binding(
        types=types,
        private_network=Cell(present("private", vpc), "outside", _VPC),
        isolation=Cell(props(_ISOLATED, isolation), False, _ISOLATION),  # noqa: FBT003 - a default, not a switch
        secrets=Several(environment(*environments), environments, _ENVIRONMENT) if environments else None,
        protections={**traffic_encryption(traffic), **volume_key(*volume)},
    )


_SCHEDULE = "MonitoringScheduleConfig.MonitoringJobDefinition"


def _has_a_definition_of_its_own(resource: Resource) -> bool:
    """A schedule that names its job definition leaves all to that: it is a resource of its own."""
    return at(resource, _SCHEDULE) is not None


_NOTEBOOK_TITLE = "SageMaker notebook instance"

SERVICES = (
    Service(
        "aws-sagemaker-notebook",
        _NOTEBOOK_TITLE,
        (
            _notebook(
                "aws_sagemaker_notebook_instance", "direct_internet_access", "subnet_id", "root_access",
                "kms_key_id", "platform_identifier",
                "instance_metadata_service_configuration.minimum_instance_metadata_service_version",
            ),
            _notebook(
                "AWS::SageMaker::NotebookInstance", "DirectInternetAccess", "SubnetId", "RootAccess",
                "KmsKeyId", "PlatformIdentifier",
                "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
            ),
        ),
    ),
    Service(
        "aws-sagemaker-domain",
        "SageMaker Studio domain",
        (
            _domain(
                "aws_sagemaker_domain", "app_network_access_type", "kms_key_id",
                "domain_settings.execution_role_identity_config",
            ),
            _domain(
                "AWS::SageMaker::Domain", "AppNetworkAccessType", "KmsKeyId",
                "DomainSettings.ExecutionRoleIdentityConfig",
            ),
        ),
    ),
    Service(
        "aws-sagemaker-model",
        "SageMaker model",
        (
            _model(
                "aws_sagemaker_model", "vpc_config", "enable_network_isolation", "primary_container", "container",
                "primary_container.environment", "container.environment",
            ),
            _model(
                "AWS::SageMaker::Model", "VpcConfig", "EnableNetworkIsolation", "PrimaryContainer", "Containers",
                "PrimaryContainer.Environment", "Containers.Environment",
            ),
        ),
    ),
    Service(
        "aws-sagemaker-job",
        "SageMaker job",
        (
            _job(
                ("aws_sagemaker_data_quality_job_definition",),
                "network_config.vpc_config", "network_config.enable_network_isolation",
                "network_config.enable_inter_container_traffic_encryption",
                ("job_resources.cluster_config.volume_kms_key_id", "job_resources.cluster_config.instance_type"),
                ("data_quality_app_specification.environment",),
            ),
            _job(
                ("aws_sagemaker_training_job",), "vpc_config", "enable_network_isolation",
                "enable_inter_container_traffic_encryption",
                ("resource_config.volume_kms_key_id", "resource_config.instance_type"), ("environment",),
            ),
            _job(
                (
                    "AWS::SageMaker::DataQualityJobDefinition", "AWS::SageMaker::ModelBiasJobDefinition",
                    "AWS::SageMaker::ModelExplainabilityJobDefinition", "AWS::SageMaker::ModelQualityJobDefinition",
                ),
                "NetworkConfig.VpcConfig", "NetworkConfig.EnableNetworkIsolation",
                "NetworkConfig.EnableInterContainerTrafficEncryption",
                ("JobResources.ClusterConfig.VolumeKmsKeyId", "JobResources.ClusterConfig.InstanceType"),
            ),
            _job(
                ("AWS::SageMaker::ProcessingJob",),
                "NetworkConfig.VpcConfig", "NetworkConfig.EnableNetworkIsolation",
                "NetworkConfig.EnableInterContainerTrafficEncryption",
                ("ProcessingResources.ClusterConfig.VolumeKmsKeyId", "ProcessingResources.ClusterConfig.InstanceType"),
                ("Environment",),
            ),
        ),
    ),
    Service(
        "aws-sagemaker-monitoring-schedule",
        "SageMaker monitoring schedule",
        (
            Binding(
                types=("AWS::SageMaker::MonitoringSchedule",),
                private_network=Cell(present("private", f"{_SCHEDULE}.NetworkConfig.VpcConfig"), "outside", _VPC),
                isolation=Cell(
                    props(_ISOLATED, f"{_SCHEDULE}.NetworkConfig.EnableNetworkIsolation"),
                    False,  # noqa: FBT003 - a default, not a switch
                    _ISOLATION,
                ),
                secrets=Several(environment(f"{_SCHEDULE}.Environment"), (f"{_SCHEDULE}.Environment",), _ENVIRONMENT),
                protections={
                    **traffic_encryption(f"{_SCHEDULE}.NetworkConfig.EnableInterContainerTrafficEncryption"),
                    **volume_key(
                        f"{_SCHEDULE}.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
                        f"{_SCHEDULE}.MonitoringResources.ClusterConfig.InstanceType",
                    ),
                },
                when=_has_a_definition_of_its_own,
            ),
        ),
    ),
    Service(
        "aws-sagemaker-cluster",
        "SageMaker HyperPod cluster",
        (
            Binding(
                types=("AWS::SageMaker::Cluster",),
                private_network=Cell(present("private", "VpcConfig"), "outside", _VPC),
            ),
        ),
    ),
)  # fmt: skip
