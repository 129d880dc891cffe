package model

// Writer is the program that a file names, by which tests tell the files of this
// format from older ones.
const Writer = writer
