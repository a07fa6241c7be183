"""Every message that crosses a process boundary. Standard library only; imports nothing of ours."""
