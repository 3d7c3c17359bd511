// Checks a Handbell log with the Go project's own code for signed notes and tiled logs.
//
// golang.org/x/mod/sumdb/note opens each checkpoint, and golang.org/x/mod/sumdb/tlog authenticates every leaf hash
// through the tiles and makes and checks proofs. What is ours here is only the reading of files. C2SP's paths are
// those of x/mod without the tile height, and a partial tile may be replaced by the beginning of the full one.
//
//	xmod FOLDER    reads FOLDER/log and FOLDER/flips, writes FOLDER/proofs, answers line by line
//	xmod -pack FOLDER    reads FOLDER/pack and FOLDER/pack-flips with the key of FOLDER/log, answers line by line
//	xmod -time FOLDER    authenticates every entry of FOLDER/log once and says how much processor time that took
//
// Exit code 0: everything held. 1: something did not, and the last line says what.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
	// Inclusion proofs that are made, spread over the log.
	proofs = 256
	// Bundles whose leaf hashes are asked for at once: every call authenticates the tiles of the right edge again.
	atOnce = 64
	// Tiles that are asked for before those that count. x/mod 0.7.0 authenticates the tiles of the tree's right edge
	// by its root and then the others by their parents, but leaves out the first of these: it begins to count at the
	// number of complete subtrees, of which several stand in one tile. There are never more than 64 of them.
	before = 64
)

// folder is a published log on a disk. One file may be given other bytes, to see whether that is found.
type folder struct {
	root    string
	path    string
	changed []byte
	kept    map[string][]byte
}

func (f *folder) read(path string) ([]byte, error) {
	if path == f.path {
		return f.changed, nil
	}
	if bytes, ok := f.kept[path]; ok {
		return bytes, nil
	}
	bytes, err := os.ReadFile(filepath.Join(f.root, "log", path))
	if err == nil && f.kept != nil {
		f.kept[path] = bytes
	}
	return bytes, err
}

// verifier is the log's key as the published log says it.
func (f *folder) verifier() (note.Verifier, error) {
	key, err := os.ReadFile(filepath.Join(f.root, "log", "vkey"))
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(strings.TrimSpace(string(key)))
}

// tree is a log as one checkpoint signs it. It gives x/mod the tiles.
type tree struct {
	files *folder
	path  string
	// How many tiles are asked for before those that count.
	before int
	tlog.Tree
}

func (t *tree) Height() int                     { return height }
func (t *tree) SaveTiles([]tlog.Tile, [][]byte) {}
func (t *tree) hashes() tlog.HashReader         { return tlog.TileHashReader(t.Tree, t) }
func c2sp(tile tlog.Tile) string                { return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/") }
func full(path string) string                   { return strings.Split(path, ".p/")[0] }
func bundle(n int64, w int) string {
	return strings.Replace(c2sp(tlog.Tile{H: height, L: 0, N: n, W: w}), "tile/0/", "tile/entries/", 1)
}

func (t *tree) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path, whole := c2sp(tile), tile.W
		bytes, err := t.files.read(path)
		if errors.Is(err, os.ErrNotExist) {
			whole = width
			bytes, err = t.files.read(full(path))
		}
		if err != nil {
			return nil, err
		}
		if len(bytes) != whole*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(bytes))
		}
		data[i] = bytes[:tile.W*tlog.HashSize]
	}
	return data, nil
}

// open opens a checkpoint under the log's key.
func open(files *folder, path string, verifier note.Verifier) (*tree, error) {
	bytes, err := files.read(path)
	if err != nil {
		return nil, err
	}
	signed, err := opened(bytes, verifier)
	if err != nil {
		return nil, err
	}
	return &tree{files, path, before, signed}, nil
}

// opened reads a checkpoint that the log's key signed. x/mod decodes base64 with any unused bits, so that is asked for here.
func opened(bytes []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(bytes, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, signature := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is not three lines, the first of them the key's name")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("the size is no number in its one spelling")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// entries authenticates the leaf hashes of some bundles through the tiles and compares every entry with its own.
func (t *tree) entries(from, to int64) error {
	last := to * width
	if last > t.N {
		last = t.N
	}
	indexes := make([]int64, 0, int64(t.before)+last-from*width)
	for n := int64(0); n < t.bundles() && len(indexes) < t.before; n++ {
		if other := (to + n) % t.bundles(); other < from || other >= to {
			indexes = append(indexes, tlog.StoredHashIndex(0, other*width))
		}
	}
	others := len(indexes)
	for index := from * width; index < last; index++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, index))
	}
	hashes, err := t.hashes().ReadHashes(indexes)
	if err != nil {
		return err
	}
	hashes = hashes[others:]
	for n := from; n < to; n++ {
		mine := hashes
		if len(mine) > width {
			mine = mine[:width]
		}
		if err := t.bundle(n, mine); err != nil {
			return err
		}
		hashes = hashes[len(mine):]
	}
	return nil
}

// bundle compares the entries of bundle n with hashes that are in the tree.
func (t *tree) bundle(n int64, hashes []tlog.Hash) error {
	path := bundle(n, len(hashes))
	rest, err := t.files.read(path)
	whole := err == nil
	if errors.Is(err, os.ErrNotExist) {
		rest, err = t.files.read(full(path))
	}
	if err != nil {
		return err
	}
	for i, hash := range hashes {
		if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
			return fmt.Errorf("%s ends inside an entry", path)
		}
		entry := rest[2 : 2+int(binary.BigEndian.Uint16(rest))]
		rest = rest[2+len(entry):]
		if tlog.RecordHash(entry) != hash {
			return fmt.Errorf("%s: entry %d is not the one whose hash is signed", path, n*width+int64(i))
		}
	}
	if whole && len(rest) > 0 {
		return fmt.Errorf("%s goes on after its last entry", path)
	}
	return nil
}

func (t *tree) bundles() int64 { return (t.N + width - 1) / width }

func (t *tree) all() error {
	for n := int64(0); n < t.bundles(); n += atOnce {
		last := n + atOnce
		if last > t.bundles() {
			last = t.bundles()
		}
		if err := t.entries(n, last); err != nil {
			return err
		}
	}
	return nil
}

// trees opens the newest checkpoint and every kept one, the smallest first.
func trees(files *folder, verifier note.Verifier) ([]*tree, error) {
	kept, err := os.ReadDir(filepath.Join(files.root, "log", "checkpoints"))
	if err != nil {
		return nil, err
	}
	paths := []string{"checkpoint"}
	for _, entry := range kept {
		paths = append(paths, "checkpoints/"+entry.Name())
	}
	var trees []*tree
	for _, path := range paths {
		tree, err := open(files, path, verifier)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if strings.HasPrefix(path, "checkpoints/") && path != fmt.Sprintf("checkpoints/%d", tree.N) {
			return nil, fmt.Errorf("%s is of size %d", path, tree.N)
		}
		trees = append(trees, tree)
	}
	sort.SliceStable(trees, func(a, b int) bool { return trees[a].N < trees[b].N })
	return trees, nil
}

// line writes a proof for the other programs.
func line(out *bufio.Writer, kind string, of, size int64, hashes []tlog.Hash) {
	fmt.Fprintf(out, "%s %d %d", kind, of, size)
	for _, hash := range hashes {
		fmt.Fprintf(out, " %s", hash)
	}
	fmt.Fprintln(out)
}

// prove makes and checks inclusion proofs of spread entries and consistency proofs from every older checkpoint.
func prove(files *folder, trees []*tree) (included, consistent int, err error) {
	file, err := os.Create(filepath.Join(files.root, "proofs"))
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	newest := trees[len(trees)-1]
	for i := int64(0); i < proofs; i++ {
		index := i * (newest.N - 1) / (proofs - 1)
		proof, err := tlog.ProveRecord(newest.N, index, newest.hashes())
		if err != nil {
			return 0, 0, err
		}
		hash, err := newest.hashes().ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return 0, 0, err
		}
		if err := tlog.CheckRecord(proof, newest.N, newest.Hash, index, hash[0]); err != nil {
			return 0, 0, err
		}
		line(out, "inclusion", index, newest.N, proof)
		included++
	}
	for i, old := range trees {
		for _, new := range trees[i:] {
			proof, err := tlog.ProveTree(new.N, old.N, new.hashes())
			if err != nil {
				return 0, 0, err
			}
			if err := tlog.CheckTree(proof, new.N, new.Hash, old.N, old.Hash); err != nil {
				return 0, 0, err
			}
			line(out, "consistency", old.N, new.N, proof)
			consistent++
		}
	}
	return included, consistent, out.Flush()
}

// reads says which checkpoint and which of its bundles must be looked at so that this byte of a file is read.
func reads(trees []*tree, path string, at int) (*tree, int64, bool) {
	for _, tree := range trees {
		if path == tree.path {
			return tree, 0, true
		}
	}
	bundled := strings.HasPrefix(path, "tile/entries/")
	tile, err := tlog.ParseTilePath("tile/8/" + strings.TrimPrefix(strings.Replace(path, "entries", "0", 1), "tile/"))
	if err != nil {
		return nil, 0, false
	}
	// The newest tree that has it, as there is most to ask for before.
	for i := len(trees) - 1; i >= 0; i-- {
		tree := trees[i]
		count := tree.N >> uint(height*tile.L)
		if tile.W == width && (tile.N+1)*width > count || tile.W < width && tile.N*width+int64(tile.W) != count {
			continue
		}
		if bundled {
			return tree, tile.N, true
		}
		// The first entry below the hash that has this byte.
		return tree, (tile.N*width + int64(at/tlog.HashSize)) << uint(height*tile.L) >> height, true
	}
	return nil, 0, false
}

// flips changes one bit after the other, as FOLDER/flips says, and tells for each whether that is found. A line whose
// bit is "-" changes nothing, so that a program that finds everything everywhere is found out.
func flips(files *folder, trees []*tree, verifier note.Verifier) error {
	list, err := os.ReadFile(filepath.Join(files.root, "flips"))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for number, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		words := strings.Split(line, " ")
		at, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		tree, n, ok := reads(trees, words[0], at)
		if !ok {
			fmt.Fprintf(out, "flip %d uncovered\n", number)
			continue
		}
		files.path = ""
		original, err := files.read(words[0])
		if err != nil {
			return err
		}
		changed := append([]byte(nil), original...)
		if words[2] != "-" {
			bit, err := strconv.Atoi(words[2])
			if err != nil {
				return err
			}
			changed[at] ^= 1 << uint(bit)
		}
		files.path, files.changed = words[0], changed
		again, err := open(files, tree.path, verifier)
		if err == nil {
			err = again.entries(n, n+1)
		}
		verdict := "held"
		if err != nil {
			verdict = "found"
		}
		fmt.Fprintf(out, "flip %d %s\n", number, verdict)
	}
	return nil
}

func check(root string) error {
	files := &folder{root: root, kept: map[string][]byte{}}
	verifier, err := files.verifier()
	if err != nil {
		return err
	}
	trees, err := trees(files, verifier)
	if err != nil {
		return err
	}
	for _, tree := range trees {
		if err := tree.all(); err != nil {
			return fmt.Errorf("%s: %w", tree.path, err)
		}
		fmt.Printf("root %s %d %s\n", tree.path, tree.N, tree.Hash)
	}
	// The same checkpoint with lines under it by keys that x/mod cannot know.
	cosigned, err := open(files, "../cosigned/checkpoint", verifier)
	if err != nil {
		return err
	}
	fmt.Printf("root cosigned %d %s\n", cosigned.N, cosigned.Hash)
	included, consistent, err := prove(files, trees)
	if err != nil {
		return err
	}
	fmt.Printf("proofs %d %d\n", included, consistent)
	return flips(files, trees, verifier)
}

// timed authenticates every entry of the newest checkpoint once.
func timed(root string) error {
	files := &folder{root: root}
	verifier, err := files.verifier()
	if err != nil {
		return err
	}
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return err
	}
	tree, err := open(files, "checkpoint", verifier)
	if err != nil {
		return err
	}
	// Only what is needed is timed.
	tree.before = 0
	if err := tree.all(); err != nil {
		return err
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return err
	}
	seconds := func(used syscall.Rusage) float64 {
		return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
	}
	fmt.Printf("timed %d %f\n", tree.N, seconds(after)-seconds(before))
	return nil
}

func main() {
	run := check
	folder := os.Args[len(os.Args)-1]
	if len(os.Args) == 3 && os.Args[1] == "-time" {
		run = timed
	} else if len(os.Args) == 3 && os.Args[1] == "-pack" {
		run = checkPack
	} else if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "xmod [-time | -pack] FOLDER")
		os.Exit(2)
	}
	if err := run(folder); err != nil {
		fmt.Println("wrong", err)
		os.Exit(1)
	}
}
