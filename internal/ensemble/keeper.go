package ensemble

import (
	"context"
	"slices"
	"sync"
	"time"

	"mlp/internal/model"
	"mlp/internal/train"
)

// A keeper saves the ensemble while its members are trained. They are independent, so
// each is saved as it stands after a batch of its own: a request goes to all that are
// under way, and the last one to answer has the file written.
type keeper struct {
	r      *run
	cancel context.CancelCauseFunc
	every  *time.Timer // nil: never
	last   *time.Timer // nil: never

	mu      sync.Mutex
	active  map[*slot]*train.Control // under way
	waiting map[*slot]bool           // of those, which have not answered
	files   []wanted                 // to be written when all have
	ended   int
	err     error // of a checkpoint that could not be written
	late    bool  // the time is up
	stopped bool  // nothing is written any more
}

// wanted is a file to be written; shown says that the user asked for it.
type wanted struct {
	path  string
	shown bool
}

func newKeeper(r *run, cancel context.CancelCauseFunc) *keeper {
	k := &keeper{r: r, cancel: cancel, active: map[*slot]*train.Control{}, waiting: map[*slot]bool{}}
	k.mu.Lock()
	if r.Checkpoint != "" && r.EveryEpochs == 0 && r.EveryTime > 0 {
		k.every = time.AfterFunc(r.EveryTime, func() { k.request(r.Checkpoint, false) })
	}
	if r.MaxTime > 0 {
		k.last = time.AfterFunc(r.MaxTime, k.endAll)
	}
	k.mu.Unlock()
	if r.Control != nil {
		r.Control.Lead(func() { k.request(r.SaveTo(), true) })
	}
	return k
}

// stop returns when nothing is being written and nothing will be: what comes next changes
// the ensemble, and a timer may have fired already.
func (k *keeper) stop() {
	if k.r.Control != nil {
		k.r.Control.Lead(nil)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stopped, k.files = true, nil
	for _, t := range []*time.Timer{k.every, k.last} {
		if t != nil {
			t.Stop()
		}
	}
}

func (k *keeper) failed() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// trained is how many members have ended.
func (k *keeper) trained() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ended
}

// begin notes that a member is under way. One that was trained before is saved as it
// was until it answers a request.
func (k *keeper) begin(s *slot, c *train.Control) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.ready {
		s.Freeze()
	}
	s.ready = true
	k.active[s] = c
	if k.late {
		k.waiting[s] = true
		c.End()
	}
}

// isLate reports that the time is up.
func (k *keeper) isLate() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.late
}

// end notes that a member does not move any more; done, that it has come to its end.
func (k *keeper) end(s *slot, done bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.active, s)
	if done {
		k.ended++
	}
	if !s.late {
		s.Thaw()
	}
	k.answered(s)
}

// request wants a file to be written.
func (k *keeper) request(path string, shown bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return
	}
	k.files = append(k.files, wanted{path, shown})
	for s, c := range k.active {
		if !k.waiting[s] {
			k.waiting[s] = true
			c.Save()
		}
	}
	k.write()
}

// endAll ends every member after its batch: the time is up.
func (k *keeper) endAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.late = true
	for s, c := range k.active {
		k.waiting[s] = true
		c.End()
	}
}

// deposit notes that a member is saved as it stood.
func (k *keeper) deposit(s *slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.answered(s)
}

func (k *keeper) answered(s *slot) {
	delete(k.waiting, s)
	k.write()
}

// write writes what is wanted once all members have answered.
func (k *keeper) write() {
	if len(k.waiting) > 0 || len(k.files) == 0 {
		return
	}
	files := k.files
	k.files = nil
	k.collect()
	for _, f := range files {
		var err error
		if k.r.m.Members != nil {
			err = k.r.Generations.Save(k.r.m, f.path)
		}
		if f.shown {
			k.r.shown.saved(train.Saved{Path: f.path, Epoch: k.ended, Err: err})
		} else if err != nil {
			k.err = err
			k.cancel(err)
		}
	}
	if k.every != nil {
		k.every.Reset(k.r.EveryTime)
	}
}

// collect puts the members to the ensemble that can be saved: those that do not move,
// and those that are saved as they stood.
func (k *keeper) collect() {
	m := k.r.m
	m.Members = nil
	for _, s := range k.r.slots {
		if !s.ready {
			continue
		}
		if _, moves := k.active[s]; !s.Frozen() && (moves || s.Stage != model.Fitted) {
			continue
		}
		m.Members = append(m.Members, s.Member)
	}
	share(m.Members)
	if m.Members != nil {
		m.Stage = model.Fitted
	}
}

// assemble does so at the end of a run that has not come to its own.
func (k *keeper) assemble() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.active = map[*slot]*train.Control{}
	k.collect()
}

// share gives each member the same weight.
func share(members []*model.Member) {
	for _, one := range members {
		one.Weight = 1 / float64(len(members))
	}
}

// shown hands events on, those of members in the order of their numbers.
type shown struct {
	mu       sync.Mutex
	progress func(Event)
	slots    []*slot
	ended    []*slot
	next     int
}

func (w *shown) show(e Event) {
	if w.progress != nil {
		w.progress(e)
	}
}

func (w *shown) epochs(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.show(Event{Epochs: n})
}

func (w *shown) saved(s train.Saved) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.show(Event{Saved: &s})
}

func (w *shown) end(s *slot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = append(w.ended, s)
	for w.next < len(w.slots) && slices.Contains(w.ended, w.slots[w.next]) {
		s := w.slots[w.next]
		w.next++
		w.show(Event{Member: s.Member, Notes: s.notes})
	}
}
