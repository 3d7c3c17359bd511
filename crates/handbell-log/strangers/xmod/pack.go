package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	leafLength = 57
	// Bytes of a leaf: the format's name, and where its commitment begins.
	magic     = "hndbell1"
	committed = 25
)

// entry is what a pack brings of one entry of the log.
type entry struct {
	index int64
	tree  tlog.Tree
}

// openEntry checks the four files of one entry: the note under the log's key, the inclusion of the leaf, and that salt
// and payload are what the leaf commits to.
func openEntry(files *folder, place string, verifier note.Verifier) (entry, error) {
	read := func(name string) (string, error) {
		bytes, err := files.read("../pack/" + place + "/" + name)
		return string(bytes), err
	}
	proof, err := read("proof.tlog-proof")
	if err != nil {
		return entry{}, err
	}
	head, text, found := strings.Cut(proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return entry{}, errors.New("it is no proof of one entry")
	}
	number := strings.TrimPrefix(lines[1], "index ")
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != number {
		return entry{}, errors.New("the index is no number in its one spelling")
	}
	var steps tlog.RecordProof
	for _, line := range lines[2:] {
		bytes, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize || base64.StdEncoding.EncodeToString(bytes) != line {
			return entry{}, errors.New("a step of the path is no hash")
		}
		var step tlog.Hash
		copy(step[:], bytes)
		steps = append(steps, step)
	}
	tree, err := opened([]byte(text), verifier)
	if err != nil {
		return entry{}, err
	}
	leaf, err := read("leaf")
	if err != nil {
		return entry{}, err
	}
	if err := tlog.CheckRecord(steps, tree.N, tree.Hash, index, tlog.RecordHash([]byte(leaf))); err != nil {
		return entry{}, err
	}
	if len(leaf) != leafLength || !strings.HasPrefix(leaf, magic) {
		return entry{}, errors.New("it is no leaf")
	}
	digits, err := read("salt")
	if err != nil {
		return entry{}, err
	}
	salt, err := hex.DecodeString(strings.TrimSuffix(digits, "\n"))
	if err != nil || len(salt) != sha256.Size || hex.EncodeToString(salt)+"\n" != digits {
		return entry{}, errors.New("the salt is not 64 digits and a line break")
	}
	payload, err := read("payload")
	if err != nil {
		return entry{}, err
	}
	commitment := hmac.New(sha256.New, salt)
	commitment.Write([]byte("handbell/commit/v1\x00" + leaf[len(magic):committed] + payload))
	if !hmac.Equal(commitment.Sum(nil), []byte(leaf[committed:])) {
		return entry{}, errors.New("the payload is not what the leaf commits to")
	}
	return entry{index, tree}, nil
}

// flipped says what became of one changed bit of a pack.
func flipped(files *folder, words []string, verifier note.Verifier) (string, error) {
	switch path.Base(words[0]) {
	case "leaf", "salt", "payload", "proof.tlog-proof":
	default:
		return "uncovered", nil
	}
	at, err := strconv.Atoi(words[1])
	if err != nil {
		return "", err
	}
	files.path = ""
	original, err := files.read("../pack/" + words[0])
	if err != nil {
		return "", err
	}
	changed := append([]byte(nil), original...)
	if words[2] != "-" {
		bit, err := strconv.Atoi(words[2])
		if err != nil {
			return "", err
		}
		changed[at] ^= 1 << uint(bit)
	}
	files.path, files.changed = "../pack/"+words[0], changed
	if _, err := openEntry(files, path.Dir(words[0]), verifier); err != nil {
		return "found", nil
	}
	return "held", nil
}

// checkPack reads FOLDER/pack and FOLDER/pack-flips with the key of FOLDER/log, which is not from the pack.
func checkPack(root string) error {
	files := &folder{root: root, kept: map[string][]byte{}}
	verifier, err := files.verifier()
	if err != nil {
		return err
	}
	proofs, err := filepath.Glob(filepath.Join(root, "pack", "*", "*", "proof.tlog-proof"))
	if err != nil {
		return err
	}
	marks, err := filepath.Glob(filepath.Join(root, "pack", "items", "*", "log", "proof.tlog-proof"))
	if err != nil {
		return err
	}
	for _, proof := range append(proofs, marks...) {
		place, err := filepath.Rel(filepath.Join(root, "pack"), filepath.Dir(proof))
		if err != nil {
			return err
		}
		entry, err := openEntry(files, place, verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		fmt.Printf("root %s %d %s index %d\n", place, entry.tree.N, entry.tree.Hash, entry.index)
	}
	list, err := os.ReadFile(filepath.Join(root, "pack-flips"))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for number, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		verdict, err := flipped(files, strings.Split(line, " "), verifier)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "flip %d %s\n", number, verdict)
	}
	return nil
}
