using System.Collections;
using System.Diagnostics.CodeAnalysis;
using PSSR.Models.Families;

namespace PSSR.Tests.Models;

public sealed class WeightShapesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3, "b.0.weight", "b.1.x.weight", "b.1.y.weight", "b.2.weight", "b.4.weight", "b.x.weight", "b.3", "c.3.weight", "b.03.a")]
    [InlineData(12, "b.0.w", "b.1.w", "b.2.w", "b.3.w", "b.4.w", "b.5.w", "b.6.w", "b.7.w", "b.8.w", "b.9.w", "b.10.w", "b.11.w")]
    public void Blocks_are_counted_up_to_the_first_that_is_missing(int count, params string[] names) =>
        Assert.Equal(count, new WeightShapes(names.ToDictionary(n => n, _ => new long[] { 1 }), "memory").Count("b."));

    [Fact]
    public void Blocks_are_counted_by_looking_at_each_name_once()
    {
        var names = new Looked(Enumerable.Range(0, 500).ToDictionary(i => $"b.{i}.weight", _ => new long[] { 1 }));

        Assert.Equal(500, new WeightShapes(names, "memory").Count("b."));
        Assert.InRange(names.Looks, 500, 1000);
    }

    private sealed class Looked(Dictionary<string, long[]> shapes) : IReadOnlyDictionary<string, long[]>
    {
        public int Looks { get; private set; }

        public IEnumerable<string> Keys => shapes.Keys.Select(key =>
        {
            Looks++;
            return key;
        });

        public IEnumerable<long[]> Values => shapes.Values;

        public int Count => shapes.Count;

        public long[] this[string key] => shapes[key];

        public bool ContainsKey(string key) => shapes.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out long[] value) => shapes.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, long[]>> GetEnumerator() => shapes.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
