namespace terrace {}
