package crossval

// NewScore summarises values of one name.
var NewScore = newScore
