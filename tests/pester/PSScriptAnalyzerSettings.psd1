# For this folder alone; module/, examples/ and PSSR.psd1 are clean by all default rules.
@{
    ExcludeRules = @(
        # Pester's blocks share variables in ways that the analyser doesn't see.
        'PSUseDeclaredVarsMoreThanAssignments', 'PSReviewUnusedParameter'
        # Join-Path a b c, and helpers of a test file that make pictures.
        'PSAvoidUsingPositionalParameters', 'PSUseShouldProcessForStateChangingFunctions'
        # PowerShell 7 reads UTF-8.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
