namespace PSSR.Host.Downloads;

/// <summary>How far an installation is.</summary>
/// <param name="Doing">What is being done, with what.</param>
/// <param name="Share">Of 1; null where that is unknown.</param>
public sealed record InstallProgress(string Doing, double? Share);
