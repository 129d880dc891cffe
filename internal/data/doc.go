// Package data tests the street as a whole.
package data
