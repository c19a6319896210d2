"""BoardIVR: an IVR and fax appliance on telephone boards."""

__version__ = "0.1.0"
