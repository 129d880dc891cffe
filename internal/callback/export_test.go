package callback

// CutLog cuts a log back to before an epoch.
var CutLog = cutLog
