package train

// CutLog cuts a log back to before an epoch.
var CutLog = cutLog
