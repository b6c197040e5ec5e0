namespace PSSR.Sets;

/// <summary>A picture in hand: it was begun, and its result hasn't been taken.</summary>
/// <param name="Input">Full path of the picture.</param>
/// <param name="Result">Ends as <see cref="UpscaleRun.Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
/// does.</param>
public readonly record struct BegunPicture(string Input, Task<UpscaleResult> Result);

/// <summary>The pictures in hand, in the order in which they were begun: the one queue that bounds how far a run reads ahead.</summary>
/// <param name="limit">The most that may be in hand, 1 or more.</param>
internal sealed class InHand(int limit)
{
    private readonly Queue<BegunPicture> _pictures = [];

    public void Add(string input, Task<UpscaleResult> result) => _pictures.Enqueue(new(input, result));

    /// <summary>Takes the oldest, if there is one to wait for: because its result is there, or because the next would be one too
    /// many.</summary>
    /// <param name="all">There is no next: take whatever is in hand.</param>
    public bool TryTake(out BegunPicture picture, bool all = false)
    {
        if (!_pictures.TryPeek(out picture) || (_pictures.Count < (all ? 1 : limit) && !picture.Result.IsCompleted))
            return false;
        _pictures.Dequeue();
        return true;
    }

    /// <summary>Begins pictures as there is room, and gives their results in order, but for those that were put off.</summary>
    public IEnumerable<UpscaleResult> Results(IEnumerable<InputFile> inputs, Action<InputFile> begin)
    {
        try
        {
            BegunPicture picture;
            foreach (var input in inputs)
            {
                begin(input);
                while (TryTake(out picture))
                    if (picture.Result.GetAwaiter().GetResult() is { IsPutOff: false } result)
                        yield return result;
            }
            while (TryTake(out picture, all: true))
                if (picture.Result.GetAwaiter().GetResult() is { IsPutOff: false } result)
                    yield return result;
        }
        finally
        {
            _pictures.Clear(); // who stops asking doesn't get the rest with the next question
        }
    }
}
