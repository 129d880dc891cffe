package evaluate

import (
	"slices"

	"mlp/internal/tensor"
)

// A Class is how well one label is separated from the others.
type Class struct {
	Label                 string
	Precision, Recall, F1 float64 // 0 where nothing is answered, or nothing is true
	Support               int     // rows of which it is the truth
}

// newClass makes the rates of a label that was right hits times, was given to
// answered rows, and is the truth of support rows.
func newClass(label string, hits, answered, support int) Class {
	rate := func(a, b int) float64 {
		if b == 0 {
			return 0
		}
		return float64(a) / float64(b)
	}
	return Class{Label: label, Support: support, Precision: rate(hits, answered), Recall: rate(hits, support), F1: rate(2*hits, answered+support)}
}

// ConfusionClasses reads each label off the confusion matrix.
func ConfusionClasses(labels []string, confusion *Confusion) []Class {
	hits, answered, support := make([]int, len(labels)), make([]int, len(labels)), make([]int, len(labels))
	for _, p := range confusion.Pairs {
		support[p.Truth] += p.Rows
		answered[p.Answer] += p.Rows
		if p.Truth == p.Answer {
			hits[p.Truth] += p.Rows
		}
	}
	all := make([]Class, len(labels))
	for i, label := range labels {
		all[i] = newClass(label, hits[i], answered[i], support[i])
	}
	return all
}

// labelClasses counts each of several labels by itself. As for precision and
// recall a target above 0 is a yes.
func labelClasses(labels []string, answers, truth tensor.Mat) []Class {
	all := make([]Class, len(labels))
	for j, label := range labels {
		hits, answered, support := 0, 0, 0
		for i := range answers.Rows {
			yes, is := answers.At(i, j) == 1, truth.At(i, j) > 0
			if yes {
				answered++
			}
			if is {
				support++
			}
			if yes && is {
				hits++
			}
		}
		all[j] = newClass(label, hits, answered, support)
	}
	return all
}

// ClassAverages returns the plain mean, and the mean by support. Of labels that exclude
// each other, the plain mean too is over those that have rows, as that of the metrics is:
// the recall of the others is not known.
func ClassAverages(classes []Class, exclusive bool) (macro, weighted Class) {
	if exclusive {
		classes = slices.DeleteFunc(slices.Clone(classes), func(c Class) bool { return c.Support == 0 })
	}
	macro.Label, weighted.Label = "macro average", "weighted average"
	for _, c := range classes {
		macro.Support += c.Support
	}
	weighted.Support = macro.Support
	add := func(to *Class, c Class, share float64) {
		to.Precision += float64(share * c.Precision)
		to.Recall += float64(share * c.Recall)
		to.F1 += float64(share * c.F1)
	}
	for _, c := range classes {
		add(&macro, c, 1/float64(len(classes)))
		if weighted.Support > 0 {
			add(&weighted, c, float64(c.Support)/float64(weighted.Support))
		}
	}
	return macro, weighted
}
