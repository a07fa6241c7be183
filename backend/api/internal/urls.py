"""The addresses of media workers, below `/api/internal/v1/`; a reverse proxy shows them to no one else."""

from django.urls import path

from backend.api.internal import jobs

urlpatterns = [
    path("jobs/<uuid:job_id>/claim", jobs.ClaimView.as_view()),
    path("jobs/<uuid:job_id>/upload-urls", jobs.UploadUrlsView.as_view()),
    path("jobs/<uuid:job_id>/progress", jobs.ProgressView.as_view()),
    path("jobs/<uuid:job_id>/result", jobs.ResultView.as_view()),
    path("jobs/<uuid:job_id>/failure", jobs.FailureView.as_view()),
]
