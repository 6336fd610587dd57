"""Problems and procedures: how grave, where in the body, and which mentions are of the same one."""
