using System.Text.Json.Nodes;

namespace PSSR.Sets.Records;

/// <summary>A record of how a picture was made, as far as a copy of the picture tells of it.</summary>
internal interface IPictureRecord
{
    /// <summary>PSSR's version.</summary>
    string Pssr { get; }

    /// <summary>The model's name; null where there was none.</summary>
    string? Model { get; }

    /// <summary>What was asked for, by name; null where there is nothing of the kind.</summary>
    JsonObject? Options { get; }

    /// <summary>The record without the folder of the picture that was read.</summary>
    IPictureRecord WithoutFolder();
}
