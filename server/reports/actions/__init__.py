"""All writes of the reports: keeping figures, handing returns up, sending bulletins down."""
