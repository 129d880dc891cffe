package kernel

// The generator lives in a module of its own, so that the program does not
// depend on it.

//go:generate go -C gen run . -set tile512 -out ../tile512_amd64.s -stubs ../tile512_amd64.go -pkg kernel
//go:generate go -C gen run . -set tile256 -out ../tile256_amd64.s -stubs ../tile256_amd64.go -pkg kernel
//go:generate go -C gen run . -set transpose -out ../transpose_amd64.s -stubs ../transpose_amd64.go -pkg kernel
//go:generate go -C gen run . -set loops512 -out ../loops512_amd64.s -stubs ../loops512_amd64.go -pkg kernel
//go:generate go -C gen run . -set loops256 -out ../loops256_amd64.s -stubs ../loops256_amd64.go -pkg kernel
//go:generate go -C gen run . -set neon
