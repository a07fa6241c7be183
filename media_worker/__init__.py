"""
Reads untrusted footage and makes what phones can play: renditions, stills, audio and captions.

Holds nothing worth stealing: no database, no object-store key, no push key. It is woken by a job id, claims the
job over HTTP, and speaks only the contract in `api_schema.media_jobs`.
"""
