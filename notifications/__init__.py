"""Push: devices, inbox, deliveries. `service` is the only public module; nothing here knows the backend."""
