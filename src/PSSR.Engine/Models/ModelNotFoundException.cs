namespace PSSR.Models;

/// <summary>The reason inside a <see cref="PssrException"/> that names a model which isn't there.</summary>
public sealed class ModelNotFoundException(string name) : Exception($"There is no model '{name}'.");
