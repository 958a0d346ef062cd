"""What the JavaScript reads: the JSON on the wire, pages without a kernel, and the bundles."""
