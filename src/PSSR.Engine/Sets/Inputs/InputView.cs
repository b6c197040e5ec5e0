using System.Collections;

namespace PSSR.Sets.Inputs;

/// <summary>Some of a list's inputs in an order of their own, in 4 bytes each.</summary>
/// <param name="numbers">Which, by their place in <paramref name="files"/>.</param>
/// <param name="told">What is said of an input beyond what the list has, found when it is asked for; null: nothing.</param>
internal sealed class InputView(IReadOnlyList<InputFile> files, List<int> numbers, Func<InputFile, InputFile>? told = null)
    : IReadOnlyList<InputFile>
{
    public int Count => numbers.Count;

    public InputFile this[int index] => told is null ? files[numbers[index]] : told(files[numbers[index]]);

    /// <summary>Those for which <paramref name="takes"/> says so; it is asked once for each, in their order.</summary>
    public static InputView Where(IReadOnlyList<InputFile> files, Func<InputFile, bool> takes)
    {
        var numbers = new List<int>();
        for (var i = 0; i < files.Count; i++)
            if (takes(files[i]))
                numbers.Add(i);
        return new InputView(files, numbers);
    }

    public IEnumerator<InputFile> GetEnumerator()
    {
        for (var i = 0; i < numbers.Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
