# What build.ps1 does to the shell that calls it.
BeforeAll { . (Join-Path (Split-Path (Split-Path $PSScriptRoot)) tools/Shell.ps1) }

Describe 'A suite that shall open nothing on a desktop' {
    BeforeEach { $before = $env:DISPLAY, $env:WAYLAND_DISPLAY }
    AfterEach { $env:DISPLAY, $env:WAYLAND_DISPLAY = $before }

    It 'sees none, and its caller has it again, even where the suite failed' {
        $env:DISPLAY, $env:WAYLAND_DISPLAY = ':7', $null
        Invoke-WithoutDesktop { "[$env:DISPLAY$env:WAYLAND_DISPLAY]" } | Should -Be '[]'
        { Invoke-WithoutDesktop { throw 'it broke' } } | Should -Throw 'it broke'
        $env:DISPLAY | Should -Be ':7'
        Test-Path Env:WAYLAND_DISPLAY | Should -BeFalse
    }
}
