// Checks a published Handbell log with other people's code: golang.org/x/mod reads the signed note, the
// tiles and the proofs; the standard library opens the commitments. Nothing here knows Handbell's programs,
// only its formats (docs/formats). Exit 0 when all of it holds, 1 with the place where it does not.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const leafBytes = 57

// no ends the program: the log is not what its checkpoint says.
func no(place string, why interface{}) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", place, why)
	os.Exit(1)
}

// folder reads tiles as C2SP tlog-tiles names them, which is x/mod's name without the height.
type folder string

func (log folder) Height() int { return 8 }

func (log folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		one, err := os.ReadFile(filepath.Join(string(log), path))
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (log folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (log folder) read(path string) []byte {
	all, err := os.ReadFile(filepath.Join(string(log), path))
	if err != nil {
		no(path, err)
	}
	return all
}

// threes writes a number in groups of three digits, all but the last behind an x.
func threes(number int64) string {
	path := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		path = fmt.Sprintf("x%03d/%s", number%1000, path)
	}
	return path
}

// leaves reads every leaf that a tree of this size has, from its bundles.
func (log folder) leaves(size int64) [][]byte {
	var leaves [][]byte
	for first := int64(0); first < size; first += 256 {
		path := "tile/entries/" + threes(first/256)
		if size-first < 256 {
			path += fmt.Sprintf(".p/%d", size-first)
		}
		bundle := log.read(path)
		for len(bundle) > 0 {
			if len(bundle) < 2+leafBytes || bundle[0] != 0 || bundle[1] != leafBytes {
				no(path, "not a bundle of 57-byte leaves")
			}
			leaves = append(leaves, bundle[2:2+leafBytes])
			bundle = bundle[2+leafBytes:]
		}
	}
	if int64(len(leaves)) != size {
		no("tile/entries", fmt.Sprintf("%d leaves for a tree of %d", len(leaves), size))
	}
	return leaves
}

// opens checks that a content belongs to its leaf.
func opens(leaf, content []byte) bool {
	if len(content) < 32 {
		return false
	}
	message := append([]byte("handbell/commit/v1\x00"), leaf[8:25]...)
	mac := hmac.New(sha256.New, content[:32])
	mac.Write(append(message, content[32:]...))
	return hmac.Equal(mac.Sum(nil), leaf[25:])
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: log PUBLIC_FOLDER")
		os.Exit(2)
	}
	log := folder(filepath.Join(os.Args[1], "log"))
	verifier, err := note.NewVerifier(strings.TrimSpace(string(log.read("vkey"))))
	if err != nil {
		no("vkey", err)
	}
	signed, err := note.Open(log.read("checkpoint"), note.VerifierList(verifier))
	if err != nil {
		no("checkpoint", err)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		no("checkpoint", "not three lines under the log's own name")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		no("checkpoint line 2", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		no("checkpoint line 3", "not a hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)

	reader := tlog.TileHashReader(tree, log)
	leaves := log.leaves(size)
	var own []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var some []tlog.Hash
		for _, index := range indexes {
			some = append(some, own[index])
		}
		return some, nil
	})
	opened := 0
	for index, leaf := range leaves {
		stored, err := tlog.StoredHashes(int64(index), leaf, hashes)
		if err != nil {
			no(fmt.Sprintf("entry %d", index), err)
		}
		own = append(own, stored...)
		proof, err := tlog.ProveRecord(size, int64(index), reader)
		if err != nil {
			no("tile", err)
		}
		if err := tlog.CheckRecord(proof, size, tree.Hash, int64(index), tlog.RecordHash(leaf)); err != nil {
			no(fmt.Sprintf("entry %d", index), err)
		}
		if !bytes.Equal(leaf[:8], []byte("hndbell1")) {
			no(fmt.Sprintf("entry %d", index), "not a leaf")
		}
		if leaf[8] < 32 {
			path := "content/" + threes(int64(index))
			if !opens(leaf, log.read(path)) {
				no(path, "it does not open its leaf")
			}
			opened++
		}
	}
	if computed, err := tlog.TreeHash(size, hashes); err != nil || computed != tree.Hash {
		no("checkpoint line 3", "the leaves make another root")
	}
	for older := int64(1); older < size; older += 7 {
		before, err := tlog.TreeHash(older, hashes)
		if err != nil {
			no("tile", err)
		}
		proof, err := tlog.ProveTree(size, older, reader)
		if err != nil {
			no("tile", err)
		}
		if err := tlog.CheckTree(proof, size, tree.Hash, older, before); err != nil {
			no(fmt.Sprintf("size %d", older), err)
		}
	}
	fmt.Printf("foreign: %d entries proved, %d contents opened, signed as %s\n", size, opened, verifier.Name())
}
