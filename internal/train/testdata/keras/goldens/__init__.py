"""The families of golden numbers; each module yields its cases from cases()."""
