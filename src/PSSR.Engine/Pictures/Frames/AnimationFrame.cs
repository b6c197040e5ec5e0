using PSSR.Pictures.Stored;

namespace PSSR.Pictures.Frames;

/// <summary>What becomes of a frame's place before the next frame is drawn.</summary>
internal enum FrameDisposal
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It becomes transparent.</summary>
    Clear,

    /// <summary>It becomes what it was before.</summary>
    Restore,
}

/// <summary>A frame of an animation as its file has it.</summary>
/// <param name="Place">Where it stands on the canvas.</param>
/// <param name="Pixels">A file of this frame alone, of the frame's own size.</param>
/// <param name="Blends">It is drawn over what is there; else it takes its place, with its transparency.</param>
internal readonly record struct AnimationFrame(FramePlace Place, Stream Pixels, bool Blends, FrameDisposal Disposal);
