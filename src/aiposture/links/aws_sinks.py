"""Where keys of AI services arrive on AWS."""

from __future__ import annotations

from aiposture.model import SinkKind

# fmt: off
_APP = (
    "aws_lambda_function", "aws_lambda_alias", "aws_amplify_app", "aws_amplify_branch",
    "aws_elastic_beanstalk_environment", "AWS::Lambda::Function", "AWS::Serverless::Function", "AWS::Amplify::App",
)
_CONTAINER = (
    "aws_ecs_task_definition", "aws_apprunner_service", "aws_batch_job_definition", "aws_codebuild_project",
    "aws_bedrockagentcore_agent_runtime", "aws_bedrockagentcore_harness", "aws_sagemaker_model",
    "AWS::ECS::TaskDefinition", "AWS::AppRunner::Service", "AWS::Batch::JobDefinition", "AWS::CodeBuild::Project",
    "AWS::BedrockAgentCore::Runtime", "AWS::BedrockAgentCore::Harness", "AWS::SageMaker::Model",
)
_CONNECTION = (
    "aws_bedrockagentcore_api_key_credential_provider", "aws_cloudwatch_event_connection", "aws_apigatewayv2_stage",
    "AWS::BedrockAgentCore::ApiKeyCredentialProvider", "AWS::Events::Connection",
)
_OTHER = (
    "aws_instance", "aws_launch_template", "AWS::SecretsManager::Secret", "AWS::SSM::Parameter", "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
)
# fmt: on

SINKS: dict[str, SinkKind] = {
    **dict.fromkeys(_APP, "app setting"),
    **dict.fromkeys(_CONTAINER, "container"),
    **dict.fromkeys(_CONNECTION, "connection"),
    **dict.fromkeys(_OTHER, "other"),
}
