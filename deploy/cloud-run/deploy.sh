#!/usr/bin/env bash
# Builds the image, pushes it to Artifact Registry and makes it the running revision of a Cloud Run service.
#
#   PROJECT=my-project deploy/cloud-run/deploy.sh
#
# REGION (us-central1), SERVICE (epicrisis), AR_REPO (epicrisis), TAG (the commit), SERVICE_ACCOUNT (whom the service runs
# as; the project's default) may be given too. ALLOW_UNAUTHENTICATED=true lets anybody call it: for a demonstration.
set -euo pipefail
cd "$(dirname "$0")/../.."

: "${PROJECT:?Say which Google Cloud project: PROJECT=my-project $0}"
region=${REGION:-us-central1}
service=${SERVICE:-epicrisis}
repository=${AR_REPO:-epicrisis}
tag=${TAG:-$(git rev-parse --short=12 HEAD)}
account=${SERVICE_ACCOUNT:-}
registry=$region-docker.pkg.dev
image=$registry/$PROJECT/$repository/epicrisis:$tag

rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT
sed -e "s|@SERVICE@|$service|" -e "s|@IMAGE@|$image|" -e "s|@SERVICE_ACCOUNT@|$account|" \
    -e '/serviceAccountName: ""/d' deploy/cloud-run/service.yaml > "$rendered"

if ! gcloud artifacts repositories describe "$repository" --project "$PROJECT" --location "$region" > /dev/null 2>&1; then
    gcloud artifacts repositories create "$repository" --project "$PROJECT" --location "$region" --repository-format docker
fi
gcloud auth configure-docker "$registry" --quiet
docker build --platform linux/amd64 --file deploy/Dockerfile --tag "$image" .
docker push "$image"
gcloud run services replace "$rendered" --project "$PROJECT" --region "$region"

if [ "${ALLOW_UNAUTHENTICATED:-false}" = true ]; then
    gcloud run services add-iam-policy-binding "$service" --project "$PROJECT" --region "$region" \
        --member allUsers --role roles/run.invoker
fi
gcloud run services describe "$service" --project "$PROJECT" --region "$region" --format 'value(status.url)'
