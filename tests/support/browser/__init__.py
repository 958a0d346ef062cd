"""Helpers of the end-to-end tests: servers, hosts, and the controls of the widget."""
